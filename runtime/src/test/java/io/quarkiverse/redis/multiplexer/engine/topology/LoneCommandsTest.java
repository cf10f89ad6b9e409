package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link LoneCommands}: whatever becomes of a command, its bytes are free again. */
class LoneCommandsTest {

    private static final long BUDGET = 1000;
    private static final Error NO_MEMORY = new InternalError("for the test");

    /** Leads nowhere, or not even that. */
    private final class Way implements LoneCommand.Way {

        @Override
        public Future<LentConnection> lend(List<Request> requests, Borrower borrower, long deadline) {
            asked.add(requests.get(0).command().toString());
            return lent.get();
        }

        @Override
        public Optional<LoneCommand.Way> after(ErrorType error) {
            return Optional.empty();
        }
    }

    private final List<String> asked = new ArrayList<>();
    private final MultiplexerOptions options = new MultiplexerOptions();
    private final PendingBytes bytes = PendingBytes.atMost(BUDGET);
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), options);
    private final LoneCommands commands = new LoneCommands(options, bytes, failures);
    private Supplier<Future<LentConnection>> lent = () -> Future.failedFuture(NO_MEMORY);

    @Test
    void itGoesItsWayWhenThatIsKnown() {
        Promise<LoneCommand.Way> way = Promise.promise();
        Future<Response> reply = run("queue", way::future);
        assertEquals(List.of(), asked);
        way.complete(new Way());
        assertEquals(List.of("blpop"), asked);
        assertSame(NO_MEMORY, reply.cause());
        assertAllBytesAreFree();
    }

    @Test
    void itFailsIfThereIsNone() {
        Promise<LoneCommand.Way> way = Promise.promise();
        Future<Response> reply = run("queue", way::future);
        way.fail(NO_MEMORY);
        assertSame(NO_MEMORY, reply.cause());
        assertAllBytesAreFree();
    }

    @Test
    void itFailsIfThereIsNoMemoryToFindOne() {
        Future<Response> reply = run("queue", () -> {
            throw NO_MEMORY;
        });
        assertSame(NO_MEMORY, reply.cause());
        assertAllBytesAreFree();
    }

    @Test
    void itFailsIfThereIsNoMemoryToGoIt() {
        lent = () -> {
            throw NO_MEMORY;
        };
        Future<Response> reply = run("queue", () -> Future.succeededFuture(new Way()));
        assertSame(NO_MEMORY, reply.cause());
        assertAllBytesAreFree();
    }

    @Test
    void thereIsRoomForSoMuch() {
        Future<Response> reply = run("q".repeat(1000), () -> Future.succeededFuture(new Way()));
        assertInstanceOf(BacklogFullException.class, reply.cause());
        assertEquals(List.of(), asked);
        assertAllBytesAreFree();
    }

    @Test
    void thereIsRoomForAPartOfWhatHasBeenCounted() {
        Promise<Response> promise = Promise.promise();
        SingleCommand part = blpop("q".repeat(1000), promise);
        part.takePlace();
        run(part, () -> Future.succeededFuture(new Way()));
        assertEquals(1, asked.size());
        assertAllBytesAreFree();
    }

    private static SingleCommand blpop(String key, Promise<Response> promise) {
        return new SingleCommand(Request.cmd(Command.BLPOP, key, 0), promise, CommandReport.NONE);
    }

    private Future<Response> run(String key, Supplier<Future<? extends LoneCommand.Way>> way) {
        Promise<Response> promise = Promise.promise();
        run(blpop(key, promise), way);
        return promise.future();
    }

    private void run(SingleCommand command, Supplier<Future<? extends LoneCommand.Way>> way) {
        commands.run(command, List.of(Request.cmd(Command.BLPOP, "q", 0)), System.nanoTime(), new TimeLimit(), way);
    }

    private void assertAllBytesAreFree() {
        assertTrue(bytes.reserve(BUDGET));
        bytes.release(BUDGET);
    }
}
