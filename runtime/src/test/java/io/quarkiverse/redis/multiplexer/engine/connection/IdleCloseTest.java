package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** When the end of a connection is no outage. */
class IdleCloseTest {

    private static final long A_WHILE = TimeUnit.MILLISECONDS.toNanos(1100);

    private final Vertx vertx = Vertx.vertx();
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final HandSocket server = new HandSocket(
            VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0)), failures, new RecordingOwner());
    private final RecordingUser user = new RecordingUser();
    private final CommandQueue inFlight = new CommandQueue();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @ParameterizedTest
    @CsvSource({ "true, false, true", "false, false, false", "true, true, false", "false, true, false" })
    void itIsForNobodyWhoWaitsOrNeedsIt(boolean quiet, boolean needs, boolean idle) {
        user.quiet = quiet;
        user.needs = needs;
        server.close();
        assertEquals(idle, explains(A_WHILE));
    }

    @Test
    void serversDoNotCallAnythingIdleSoSoon() {
        server.close();
        assertEquals(false, explains(TimeUnit.MILLISECONDS.toNanos(900)));
    }

    @Test
    void weDoNotCloseForThatReason() {
        server.connection.close(new IllegalStateException("ours"));
        server.runPendingTasks();
        assertEquals(false, explains(A_WHILE));
    }

    @Test
    void aQuestionOfOursThatWasOnItsWayChangesNothingAndACallersCommandDoes() {
        server.close();
        inFlight.addLast(SingleCommand.ownQuestion(Commands.request("PING"), Promise.promise()));
        assertEquals(true, explains(A_WHILE));
        inFlight.addLast(new SingleCommand(Commands.request("PING"), Promise.promise(), CommandReport.NONE));
        assertEquals(false, explains(A_WHILE));
    }

    private boolean explains(long afterTheLatestRead) {
        return IdleClose.explains(server.connection, inFlight, user, server.connection.lastRead() + afterTheLatestRead);
    }
}
