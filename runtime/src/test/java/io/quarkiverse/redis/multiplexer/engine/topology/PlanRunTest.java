package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.quarkiverse.redis.multiplexer.ReplyRefusedException;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.topology.HandNodes.Sent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link PlanRun} and {@link Gathering}: what is sent where, and what is made of the answers. */
class PlanRunTest {

    private final HandNodes nodes = new HandNodes();

    private static Response number(long number) {
        return NumberType.create(number);
    }

    private static Response array(Response... elements) {
        return Merge.array(Arrays.asList(elements));
    }

    private static Response text(String text) {
        return SimpleStringType.create(text);
    }

    /** Those that have been sent, the last ones first: nothing may depend on the order of answers. */
    private List<Sent> backwards() {
        List<Sent> sent = new ArrayList<>(nodes.sent);
        Collections.reverse(sent);
        return sent;
    }

    @Test
    void randomReadsOfManyKeysAreInTheOrderOfTheirKeys() {
        Random random = new Random(7);
        Map<String, String> model = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            model.put("key" + 2 * i, "value" + i);
        }
        for (int round = 0; round < 2_000; round++) {
            nodes.sent.clear();
            Request request = Request.cmd(Command.MGET);
            List<String> keys = new ArrayList<>();
            for (int i = random.nextInt(200) + 2; i > 0; i--) {
                keys.add("key" + random.nextInt(600));
                request.arg(keys.get(keys.size() - 1));
            }
            Future<Response> answer = nodes.run(request);
            List<Sent> sent = new ArrayList<>(nodes.sent);
            Collections.shuffle(sent, random);
            sent.forEach(part -> answerFrom(model, part));

            Response reply = answer.result();
            assertEquals(keys.size(), reply.size());
            for (int i = 0; i < keys.size(); i++) {
                Response value = reply.get(i);
                assertEquals(model.get(keys.get(i)), value == null ? null : value.toString());
            }
        }
    }

    private static void answerFrom(Map<String, String> model, Sent part) {
        if (part.where().equals("slot " + Commands.slot(part.command()))) {
            List<byte[]> keys = ((SingleCommand) part.command()).arguments();
            MultiType reply = MultiType.create(keys.size(), false);
            for (byte[] key : keys) {
                String value = model.get(new String(key, StandardCharsets.UTF_8));
                reply.add(value == null ? null : text(value));
            }
            part.command().onReply(reply);
        }
    }

    @Test
    void numbersAreSummedUp() {
        Future<Response> answer = nodes.run("DEL a b c {a}x a");

        assertEquals(List.of("slot 3300: DEL b", "slot 7365: DEL c", "slot 15495: DEL a {a}x a"), nodes.sentWords());
        backwards().forEach(part -> {
            assertFalse(answer.isComplete());
            part.command().onReply(number(1));
        });
        assertEquals(3, answer.result().toLong());
    }

    @Test
    void writesOfAllPartsAnswerAsOne() {
        Future<Response> answer = nodes.run("MSET a 1 b 2 c 3 {b} 4");

        assertEquals(List.of("slot 3300: MSET b 2 {b} 4", "slot 7365: MSET c 3", "slot 15495: MSET a 1"), nodes.sentWords());
        backwards().forEach(part -> part.command().onReply(SimpleStringType.OK));
        assertEquals("OK", answer.result().toString());
    }

    @Test
    void whatIsForAllKeysIsInEveryPart() {
        Future<Response> answer = nodes.run("JSON.MGET a b a $.x");

        assertEquals(List.of("slot 3300: JSON.MGET b $.x", "slot 15495: JSON.MGET a a $.x"), nodes.sentWords());
        nodes.sent.get(0).command().onReply(array(text("of b")));
        nodes.sent.get(1).command().onReply(array(text("1"), null));
        assertEquals("[1, of b, null]", answer.result().toString());
    }

    @Test
    void whatOneNodeAnswersIsSentAsItIs() {
        SingleCommand command = new SingleCommand(Commands.request("EVAL x 0"), Promise.promise(), CommandReport.NONE);
        nodes.run(command);
        SingleCommand published = new SingleCommand(Commands.request("PUBLISH a x"), Promise.promise(), CommandReport.NONE);
        nodes.run(published);

        assertSame(command, nodes.sent.get(0).command());
        assertEquals(List.of("anywhere: EVAL x 0", "slot 15495: PUBLISH a x"), nodes.sentWords());
    }

    @Test
    void everyPrimaryIsAsked() {
        Future<Response> answer = nodes.run("DBSIZE");

        assertEquals(List.of("slot 0: DBSIZE", "slot 1: DBSIZE", "slot 2: DBSIZE"), nodes.sentWords());
        backwards().forEach(part -> part.command().onReply(number(4)));
        assertEquals(12, answer.result().toLong());
    }

    @Test
    void everyNodeIsAsked() {
        Future<Response> answer = nodes.run("CONFIG SET a b");

        assertEquals(List.of("slot 0", "slot 1", "slot 2", "node 7010", "node 7011", "node 7012"),
                nodes.sent.stream().map(Sent::where).toList());
        backwards().forEach(part -> part.command().onReply(SimpleStringType.OK));
        assertTrue(answer.succeeded());
    }

    @Test
    void replicasThatAreGoneAreGoneWithoutWhereThatIsNoHarm() {
        Future<Response> loaded = nodes.run("SCRIPT LOAD x");
        long now = System.nanoTime();
        for (Sent part : backwards()) {
            if (part.where().startsWith("node")) {
                assertTrue(part.command().deadline() - now < TimeUnit.SECONDS.toNanos(2));
                part.command().fail(HandNodes.FAILURES.lost(part.command(), new RuntimeException("gone")));
            } else {
                assertFalse(part.command().isTimed());
                part.command().onReply(text("sha"));
            }
        }
        assertEquals("sha", loaded.result().toString());

        nodes.sent.clear();
        Future<Response> set = nodes.run("CONFIG SET a b");
        for (Sent part : backwards()) {
            if (part.where().equals("node 7011")) {
                part.command().fail(HandNodes.FAILURES.lost(part.command(), new RuntimeException("gone")));
            } else {
                part.command().onReply(SimpleStringType.OK);
            }
        }
        assertTrue(set.cause().getMessage().contains("not executed for 127.0.0.1:7011"), set.cause().getMessage());
    }

    @Test
    void oneNodeThatCanIsEnoughToKillAScript() {
        ErrorType idle = ErrorType.create("NOTBUSY No scripts in execution right now.");
        Future<Response> killed = nodes.run("SCRIPT KILL");
        nodes.sent.get(0).command().onReply(idle);
        nodes.sent.get(1).command().onReply(SimpleStringType.OK);
        nodes.sent.get(2).command().onReply(idle);
        assertEquals("OK", killed.result().toString());

        nodes.sent.clear();
        Future<Response> nothing = nodes.run("SCRIPT KILL");
        backwards().forEach(part -> part.command().onReply(idle));
        assertSame(idle, nothing.cause());

        nodes.sent.clear();
        Future<Response> unkillable = nodes.run("FUNCTION KILL");
        nodes.sent.get(0).command().onReply(idle);
        nodes.sent.get(1).command().onReply(ErrorType.create("UNKILLABLE Sorry"));
        nodes.sent.get(2).command().onReply(idle);
        assertEquals("UNKILLABLE Sorry", unkillable.cause().getMessage());
    }

    @Test
    void partsHaveTheDeadlineOfTheWhole() {
        SingleCommand command = new SingleCommand(Commands.request("MGET a b"), Promise.promise(), CommandReport.NONE);
        command.mustEndBy(42);
        nodes.run(command);

        assertEquals(List.of(42L, 42L), nodes.sent.stream().map(part -> part.command().deadline()).toList());
    }

    @Test
    void anAnswerOfAnotherFormFailsTheWhole() {
        Future<Response> tooShort = nodes.run("MGET a b {a}x");
        backwards().forEach(part -> part.command().onReply(array(text("1"))));
        assertTrue(tooShort.cause() instanceof ReplyRefusedException, tooShort.toString());

        nodes.sent.clear();
        Future<Response> noNumber = nodes.run("DBSIZE");
        backwards().forEach(part -> part.command().onReply(null));
        assertTrue(noNumber.cause() instanceof ReplyRefusedException, noNumber.toString());

        nodes.sent.clear();
        Future<Response> tooLarge = nodes.run("DBSIZE");
        backwards().forEach(part -> part.command().onReply(number(Long.MAX_VALUE)));
        assertTrue(tooLarge.cause() instanceof ReplyRefusedException, tooLarge.toString());
    }

    @Test
    void aRefusedCommandFailsAtOnceAndNothingIsSent() {
        Future<Response> answer = nodes.run("RENAME a b");

        assertTrue(answer.cause() instanceof ErrorType, answer.toString());
        assertEquals(List.of(), nodes.sent);
    }

    @Test
    void partsThatFailWhileTheyAreSubmittedFailTheWholeOnce() {
        List<Throwable> failures = new ArrayList<>();
        Promise<Response> promise = Promise.promise();
        promise.future().onFailure(failures::add);
        ClusterNodes closed = new ClosedNodes();
        SingleCommand command = new SingleCommand(Commands.request("MGET a b c"), promise, CommandReport.NONE);
        PlanRun.start(command, Planner.of(command, Slot.SEVERAL, Commands.unasked(), ""), closed, HandNodes.FAILURES);

        assertEquals(1, failures.size());
    }

    @Test
    void whatIsForAllWhoHaveSlotsFailsIfNobodyHas() {
        nodes.map = SlotMap.EMPTY;
        for (String words : List.of("DBSIZE", "FLUSHALL", "CONFIG SET a b", "SCAN 0")) {
            assertTrue(nodes.run(words).cause().getMessage().startsWith("CLUSTERDOWN "), words);
        }
        assertEquals(List.of(), nodes.sent);
        assertEquals(4, nodes.doubts);
    }

    @Test
    void aPartThatCannotBeSubmittedDoesNotMakeOthersUnsent() {
        Promise<Response> promise = Promise.promise();
        List<PendingCommand> sent = new ArrayList<>();
        ClusterNodes full = new ClosedNodes() {
            @Override
            public void submit(PendingCommand command) {
                if (!sent.isEmpty()) {
                    throw new Error("no memory for more");
                }
                sent.add(command);
            }
        };
        SingleCommand command = new SingleCommand(Commands.request("MSET a 1 b 2 c 3"), promise, CommandReport.NONE);
        PlanRun.start(command, Planner.of(command, Slot.SEVERAL, Commands.unasked(), ""), full, HandNodes.FAILURES);
        assertFalse(promise.future().isComplete());
        sent.get(0).onReply(SimpleStringType.OK);
        assertTrue(assertInstanceOf(PartialWriteException.class, promise.future().cause()).sent());
    }

    @Test
    void nothingIsCompleteBeforeTheLastPartIs() {
        Promise<Response> promise = Promise.promise();
        Gathering gathering = new Gathering(new SingleCommand(Commands.request("PING"), promise, CommandReport.NONE),
                Merge.FIRST, HandNodes.FAILURES);
        SingleCommand first = gathering.add(new byte[0], 0, Gathering.Necessity.NEEDED,
                new NodeLabel(SocketAddress.inetSocketAddress(1, "a")));
        SingleCommand second = gathering.add(new byte[0], 0, Gathering.Necessity.OPTIONAL,
                new NodeLabel(SocketAddress.inetSocketAddress(1, "a")));

        second.fail(HandNodes.FAILURES.stopped());
        assertFalse(promise.future().isComplete());
        first.onReply(text("PONG"));
        assertEquals("PONG", promise.future().result().toString());
    }

    @Test
    void nullIsAReplyToo() {
        Future<Response> empty = nodes.run("RANDOMKEY");
        backwards().forEach(part -> part.command().onReply(null));
        assertTrue(empty.succeeded());
        assertNull(empty.result());
        nodes.sent.clear();
        Future<Response> one = nodes.run("RANDOMKEY");
        nodes.sent.get(0).command().onReply(null);
        nodes.sent.get(1).command().onReply(text("key"));
        nodes.sent.get(2).command().onReply(null);
        assertEquals("key", one.result().toString());
    }
}
