package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.quarkiverse.redis.multiplexer.engine.topology.PartialFailure.Effect;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link PartialFailure}: what callers learn of a command that has been executed in part, whatever became of each part. */
class PartialFailureTest {

    private enum End {
        OK,
        REFUSED,
        UNSENT,
        LOST;

        void of(PendingCommand part, Response reply) {
            switch (this) {
                case OK -> part.onReply(reply);
                case REFUSED -> part.onReply(ErrorType.create("OOM command not allowed"));
                case UNSENT -> part.fail(HandNodes.FAILURES.lost(part, new RuntimeException("no route")));
                case LOST -> {
                    part.markSent();
                    part.fail(HandNodes.FAILURES.lost(part, new RuntimeException("reset")));
                }
            }
        }
    }

    private static final List<String> KEYS = List.of("b", "c", "a");

    /** Of each part each end, in every combination. */
    @Test
    void writesTellWhatWasWritten() {
        for (int combination = 0; combination < 64; combination++) {
            HandNodes nodes = new HandNodes();
            Future<Response> answer = nodes.run("MSET a secret1 b secret2 c secret3");
            List<List<String>> expected = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            List<End> ends = new ArrayList<>();
            for (int part = 0; part < 3; part++) {
                End end = End.values()[combination >> 2 * part & 3];
                ends.add(end);
                assertFalse(answer.isComplete(), "It waits for all parts");
                end.of(nodes.sent.get(part).command(), SimpleStringType.OK);
                expected.get(end == End.OK ? 0 : end == End.LOST ? 2 : 1).add(KEYS.get(part));
            }
            check(ends, expected, answer);
        }
    }

    private static void check(List<End> ends, List<List<String>> expected, Future<Response> answer) {
        if (ends.stream().allMatch(end -> end == End.OK)) {
            assertTrue(answer.succeeded());
        } else if (expected.stream().filter(keys -> !keys.isEmpty()).count() == 1) {
            // All of it is unknown, or nothing was executed: as with one server.
            assertEquals(ends.get(0) == End.REFUSED, answer.cause() instanceof ErrorType, ends.toString());
            assertEquals(ends.get(0) == End.LOST, answer.cause() instanceof CommandFailure failure && failure.sent());
        } else {
            PartialWriteException failure = assertInstanceOf(PartialWriteException.class, answer.cause(), ends.toString());
            assertEquals(expected,
                    List.of(text(failure.written()), text(failure.notWritten()), text(failure.perhapsWritten())));
            assertTrue(failure.sent());
            assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
            IntStream.range(0, 3).forEach(kind -> assertEquals(!expected.get(kind).isEmpty(),
                    failure.getMessage().contains("; " + List.of("", "not ", "perhaps ").get(kind) + "executed for ")));
        }
    }

    private static List<String> text(List<Buffer> keys) {
        return keys.stream().map(Buffer::toString).toList();
    }

    @Test
    void theMessageNamesKeysAndTheCause() {
        HandNodes nodes = new HandNodes();
        Future<Response> answer = nodes.run("MSET a 1 b 2 c 3");
        End.OK.of(nodes.sent.get(0).command(), SimpleStringType.OK);
        End.LOST.of(nodes.sent.get(1).command(), null);
        End.REFUSED.of(nodes.sent.get(2).command(), null);

        assertEquals("Redis client 'test' at 127.0.0.1:7000 has executed mset in part only; executed for 'b'; not executed for"
                + " 'a'; perhaps executed for 'c': Redis client 'test' at 127.0.0.1:7000 lost its connection: RuntimeException:"
                + " reset; mset was sent and not answered: the server may have executed it", answer.cause().getMessage());
        assertInstanceOf(ConnectionLostException.class, answer.cause().getCause());
    }

    @Test
    void aLongMessageIsCutAndTheListsAreNot() {
        HandNodes nodes = new HandNodes();
        StringBuilder words = new StringBuilder("UNLINK");
        IntStream.range(0, 100).forEach(i -> words.append(" key").append(i));
        Future<Response> answer = nodes.run(words.toString());
        End.REFUSED.of(nodes.sent.get(0).command(), null);
        nodes.sent.subList(1, nodes.sent.size()).forEach(part -> part.command().onReply(NumberType.create(1)));

        PartialWriteException failure = assertInstanceOf(PartialWriteException.class, answer.cause());
        assertTrue(failure.getMessage().contains(" and " + (failure.written().size() - 10) + " more"), failure.getMessage());
        assertEquals(100, failure.written().size() + failure.notWritten().size());
    }

    @Test
    void readsFailWithWhatTheFirstPartFailedWith() {
        HandNodes nodes = new HandNodes();
        Future<Response> answer = nodes.run("MGET a b c");
        ErrorType error = ErrorType.create("NOPERM no");
        nodes.sent.get(2).command().onReply(error);
        End.OK.of(nodes.sent.get(0).command(), SimpleStringType.OK);
        End.OK.of(nodes.sent.get(1).command(), SimpleStringType.OK);

        assertSame(error, answer.cause());
    }

    @Test
    void commandsToWholeNodesNameThem() {
        HandNodes nodes = new HandNodes();
        Future<Response> answer = nodes.run("FLUSHALL");
        End.OK.of(nodes.sent.get(0).command(), SimpleStringType.OK);
        End.LOST.of(nodes.sent.get(1).command(), null);
        End.UNSENT.of(nodes.sent.get(2).command(), null);

        PartialWriteException failure = assertInstanceOf(PartialWriteException.class, answer.cause());
        assertTrue(failure.getMessage().contains("flushall in part only; executed for 127.0.0.1:7000; not executed for"
                + " 127.0.0.1:7002; perhaps executed for 127.0.0.1:7001: "), failure.getMessage());
        assertEquals(List.of(), failure.written());
    }

    @Test
    void whatNobodyKnowsOfMayHaveBeenExecuted() {
        assertEquals(PartialFailure.Effect.UNKNOWN, Effect.of(Future.failedFuture(new OutOfMemoryError())));
        assertEquals(Effect.NOT_EXECUTED, Effect.of(Future.failedFuture(HandNodes.FAILURES.stopped())));
    }

    @Test
    void theLabelOfAPartNamesItsKeysPrintably() {
        Request request = Request.cmd(Command.DEL).arg("a\nb").arg(Buffer.buffer(new byte[] { -1, 1 }));
        Split split = Split.of(RespEncoder.encode(request), KeyGroups.of("del").orElseThrow());
        List<PartLabel> labels = new ArrayList<>(split.parts());

        assertEquals(Set.of("'a\\nb'", "'\\xff\\x01'"),
                labels.stream().flatMap(label -> label.names().stream()).collect(Collectors.toSet()));
    }
}
