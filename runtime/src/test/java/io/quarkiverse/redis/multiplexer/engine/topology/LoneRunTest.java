package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;

/** {@link LoneRun}, of which the parts are run by hand, at the {@link Primaries} of {@link HandNodes}. */
class LoneRunTest {

    private final HandNodes nodes = new HandNodes();
    private final List<SingleCommand> parts = new ArrayList<>();
    private final Promise<Response> answer = Promise.promise();

    private static SingleCommand command(String words, Promise<Response> answer) {
        return new SingleCommand(Commands.request(words), answer, CommandReport.NONE);
    }

    private void start(String words) {
        SingleCommand command = command(words, answer);
        LoneRun.start(command, LoneRun.mergeOf(command).orElseThrow(), nodes::owner, parts::add, HandNodes.FAILURES);
    }

    @Test
    void thePrimariesAreThoseThatHaveSlotsEachWithItsFirstOne() {
        assertEquals(List.of(0, 1, 2), List.copyOf(Primaries.of(nodes::owner).values()));
        assertTrue(Primaries.of(slot -> Optional.empty()).isEmpty());
    }

    @Test
    void everyPrimaryIsAskedForItselfAndTheLeastOfTheirNumbersCounts() {
        start("WAIT 1 500");
        assertEquals(List.of(0, 1, 2), parts.stream().map(Commands::slot).toList());
        assertEquals(List.of("wait", "wait", "wait"), parts.stream().map(SingleCommand::name).toList());
        parts.get(2).onReply(NumberType.create(1));
        parts.get(0).onReply(NumberType.create(0));
        assertFalse(answer.future().isComplete());
        parts.get(1).onReply(NumberType.create(2));
        assertEquals("0", answer.future().result().toString());
    }

    @Test
    void soDoTheLeastOfSeveral() {
        start("WAITAOF 1 1 500");
        parts.get(0).onReply(numbers(1, 0));
        parts.get(1).onReply(numbers(0, 2));
        parts.get(2).onReply(numbers(1, 1));
        assertEquals("[0, 0]", answer.future().result().toString());
    }

    private static Response numbers(long local, long replicas) {
        MultiType numbers = MultiType.create(2, false);
        numbers.add(NumberType.create(local));
        numbers.add(NumberType.create(replicas));
        return numbers;
    }

    @Test
    void ifOnePrimaryIsNotThereItIsNamed() {
        start("WAIT 1 500");
        parts.get(0).onReply(NumberType.create(1));
        parts.get(1).fail(HandNodes.FAILURES.stopped());
        parts.get(2).onReply(NumberType.create(1));
        PartialWriteException failure = assertInstanceOf(PartialWriteException.class, answer.future().cause());
        assertTrue(failure.getMessage().contains("not executed for 127.0.0.1:7001"), failure::getMessage);
    }

    @Test
    void ifNoneIsThereItHasNotBeenSent() {
        start("WAIT 1 500");
        parts.forEach(part -> part.fail(HandNodes.FAILURES.stopped()));
        assertFalse(assertInstanceOf(CommandFailure.class, answer.future().cause()).sent());
    }

    @Test
    void whoHasNoMemoryForItsPartsHasSentNothing() {
        SingleCommand command = command("WAIT 1 500", answer);
        LoneRun.start(command, Merge.MIN, slot -> {
            throw new Error("no memory for the primaries");
        }, parts::add, HandNodes.FAILURES);
        assertFalse(assertInstanceOf(CommandFailure.class, answer.future().cause()).sent());
        assertEquals(List.of(), parts);
    }

    @ParameterizedTest
    @ValueSource(strings = { "BLPOP a 0", "CLIENT ID", "MONITOR", "XREAD BLOCK 1 STREAMS a 0", "GET a", "CONFIG SET a b",
            "NOBODY.KNOWS a", "SCAN 0" })
    void everythingElseIsForOneNode(String words) {
        assertEquals(Optional.empty(), LoneRun.mergeOf(command(words, answer)));
    }

    @Test
    void soIsABatch() {
        assertEquals(Optional.empty(), LoneRun.mergeOf(
                new BatchCommand(Commands.requests("WAIT 1 500", "GET a"), Promise.promise(), CommandReport.NONE)));
    }
}
