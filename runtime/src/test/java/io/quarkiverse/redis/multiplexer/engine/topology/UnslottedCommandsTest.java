package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Detour;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.connection.ServerIdentity;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.SimpleStringType;

/**
 * {@link Planning}, with {@link ToldCommands}, in a {@link ClusterLoop}: commands without a slot, or whose slot only servers
 * know.
 */
class UnslottedCommandsTest extends ClusterLoopByHand {

    /** What is seen from outside is what the event loop does. */
    static final List<Class<?>> PARTS = List.of(Planning.class, ToldCommands.class);

    @Test
    void whatHasNoKeyIsTriedAgainInThePlaceOfASlot() throws Exception {
        start();
        Sent sent = send("FCALL f 0").get(0);
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, "-READONLY You can't write against a read only replica. script: f;");
        awaitUntil(() -> taken(a).equals(List.of("FCALL f 0")));
        owner = B;
        await(cluster.follow());
        say(a, "-ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can't write against a"
                + " read only replica.;");
        HandSocket b = connect(B, 1);
        awaitUntil(() -> taken(b).equals(List.of("FCALL f 0")));
        say(b, "+OK;");
        assertEquals("OK", sent.reply());
        assertEquals(List.of(Suspicion.READONLY, Suspicion.READONLY), suspicions);
    }

    @Test
    void whatHasNoKeyGoesWithItsSlotWhenItsNodeIsNotConnected() throws Exception {
        start();
        Sent refused = send("FCALL f 0").get(0);
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, "-READONLY Can not run script with write flag on readonly replica;");
        Sent behind = send("FCALL g 0").get(0);
        awaitUntil(() -> taken(a).equals(List.of("FCALL f 0")));
        onLoop(() -> {
            a.close();
            return null;
        });
        settle();
        assertTrue(assertInstanceOf(CommandFailure.class, refused.answer().cause()).sent());
        owner = B;
        await(cluster.follow());
        HandSocket b = connect(B, 1);
        awaitUntil(() -> taken(b).equals(List.of("FCALL g 0")));
        say(b, "+OK;");
        assertEquals("OK", behind.reply());
    }

    @Test
    void aServerIsAskedOnceForCommandsThatNobodyKnowsAndWhatCannotBeAboutTheirKeysDoesNotWait() throws Exception {
        start();
        List<Sent> sent = send("MOD.SET x k 1", "MOD.SET y k 2", "GET k", "GET other", "MGET k another");
        HandSocket a = connect(A, 1);
        assertEquals(List.of("COMMAND", "GET other", "MGET another"), taken(a));
        say(a, "*1;*6;$7;mod.set;:-2;*1;+write;:2;:2;:1;" + "$-1;" + "*1;$-1;");
        assertEquals(List.of("MOD.SET x k 1", "MOD.SET y k 2", "GET k", "MGET k"), taken(a));
        say(a, "+1;" + movedTo(B) + movedTo(B) + movedTo(B));
        HandSocket b = connect(B, 1);
        assertEquals(List.of("MOD.SET y k 2"), taken(b));
        say(b, "+2;");
        assertEquals(List.of("GET k", "MGET k"), taken(b));
        say(b, "$1;2;" + "*1;$1;2;");
        assertEquals("2", sent.get(2).reply());
        assertEquals("[2, null]", sent.get(4).reply());
        assertEquals("2", sent.get(1).reply());
        send("MOD.SET z k 3", "MOD.OTHER k");
        assertEquals(List.of("MOD.SET z k 3", "MOD.OTHER k"), taken(b));

        connectors.get(A).server = new ServerIdentity(NodeRole.PRIMARY, "redis", "9.9.9");
        send("MOD.SET z k 4");
        assertEquals(List.of("COMMAND"), taken(a));
    }

    @Test
    void whereCommandIsForbiddenTheFirstArgumentIsTakenForTheKey() throws Exception {
        start();
        Sent sent = send("MOD.SET k 1").get(0);
        HandSocket a = connect(A, 1);
        assertEquals(List.of("COMMAND"), taken(a));
        say(a, "-NOPERM this user has no permissions to run the 'command' command;");
        assertEquals(List.of("MOD.SET k 1"), taken(a));
        say(a, movedTo(B));
        HandSocket b = connect(B, 1);
        assertEquals(List.of("MOD.SET k 1"), taken(b));
        say(b, "+OK;");
        assertEquals("OK", sent.reply());
        send("MOD.SET other 1");
        assertEquals(List.of("MOD.SET other 1"), taken(a));
    }

    @Test
    void whatIsAskedForUnknownCommandsAndNotAnsweredIsAskedElsewhere() throws Exception {
        start();
        Sent sent = send("MOD.SET x k").get(0);
        HandSocket b = connect(B, 1);
        awaitUntil(() -> taken(b).equals(List.of("COMMAND")));
        say(b, "*1;*6;$7;mod.set;:-2;*1;+write;:2;:2;:1;");
        HandSocket a = connect(A, 1);
        assertEquals(List.of("COMMAND", "MOD.SET x k"), taken(a));
        say(a, "*0;+OK;");
        assertEquals("OK", sent.reply());
    }

    @Test
    void whatThereIsNoMemoryForWhenItsKeysAreToldDoesNotKeepBackWhatWaitsBehindIt() throws Exception {
        start();
        FakeCommand large = new FakeCommand(1);
        large.slot = () -> Slot.UNKNOWN;
        submit(large);
        Sent behind = send("GET k").get(0);
        HandSocket a = connect(A, 1);
        assertEquals(List.of("COMMAND"), taken(a));
        large.slot = () -> {
            throw new Error("no memory for its parts");
        };
        say(a, "*0;");
        settle();

        assertEquals(1, large.taken.get());
        assertEquals(List.of("GET k"), taken(a));
        say(a, "$1;1;");
        assertEquals("1", behind.reply());
    }

    @Test
    void whereThereIsNoMemoryToAskNothingIsToldAndItIsTriedAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        ToldCommands forgetful = new ToldCommands(() -> {
            tries.incrementAndGet();
            throw new Error("no memory for the nodes");
        });
        for (int attempt = 1; attempt <= 2; attempt++) {
            assertSame(Commands.unasked(), await(forgetful.ask(context)));
            assertEquals(attempt, tries.get());
        }
    }

    @Test
    void anOversizedCommandIsSplitAndElseRunsBeside() throws Exception {
        start();
        List<PendingCommand> beside = new ArrayList<>();
        Promise<Response> split = Promise.promise();
        Promise<Response> whole = Promise.promise();
        Detour divided = detour("EXISTS k other", split, beside::add);
        onLoop(() -> {
            cluster.submit(divided);
            cluster.submit(detour("EXISTS k k", whole, beside::add));
            return null;
        });
        settle();
        HandSocket a = connect(A, 1);
        assertEquals(Set.of("EXISTS k", "EXISTS other"), Set.copyOf(taken(a)));
        say(a, ":1;:1;");
        awaitUntil(split.future()::isComplete);
        assertEquals("2", split.future().result().toString());
        assertEquals(1, beside.size());
        onLoop(() -> {
            beside.get(0).fail(new IllegalStateException("beside"));
            return null;
        });
        awaitUntil(whole.future()::isComplete);
        // It gives back its bytes.
        assertTrue(divided.isSettled());
    }

    @Test
    void whatRunsBesideIsWaitedForWhenItsSlotIsAnotherNodes() throws Exception {
        start();
        List<PendingCommand> beside = new ArrayList<>();
        Promise<Response> added = Promise.promise();
        onLoop(() -> {
            cluster.submit(detour("SADD k 1", added, beside::add));
            return null;
        });
        settle();
        connect(A, 1);
        settle();
        assertEquals(1, beside.size());
        owner = B;
        await(cluster.follow());
        Sent later = send("DEL k").get(0);
        assertTrue(connectors.get(B).attempts.isEmpty());

        onLoop(() -> {
            beside.get(0).onReply(SimpleStringType.OK);
            return null;
        });
        awaitUntil(() -> !connectors.get(B).attempts.isEmpty());
        HandSocket b = connect(B, 1);
        assertEquals(List.of("DEL k"), taken(b));
        say(b, ":1;");
        assertEquals("1", later.reply());
        assertTrue(added.future().succeeded());
    }

    @Test
    void whatNodesSendInCirclesIsSentWithPausesToo() throws Exception {
        start();
        Sent sent = send("FCALL f 0").get(0);
        HandSocket a = connect(A, 1);
        assertEquals(List.of("FCALL f 0"), taken(a));
        say(a, "-MOVED 42 b:2;");
        HandSocket b = connect(B, 1);
        int rounds = 12;
        int atOnce = 0;
        for (int round = 0; round < rounds; round++) {
            HandSocket server = round % 2 == 0 ? b : a;
            if (taken(server).isEmpty()) {
                awaitUntil(() -> taken(server).equals(List.of("FCALL f 0")));
            } else {
                atOnce++;
            }
            say(server, server == b ? "-MOVED 42 a:1;" : "-MOVED 42 b:2;");
        }
        awaitUntil(() -> taken(b).equals(List.of("FCALL f 0")));
        say(b, "+OK;");
        assertEquals("OK", sent.reply());
        assertTrue(atOnce < rounds - 2, "sent at once " + atOnce + " times");
    }

    /** A caller may have seen what the later one has read, or written. */
    @Test
    void whatIsAskedOfTheNodeOfAnotherSlotOvertakesWhatThatHasBeenSentBefore() throws Exception {
        moved.put(Commands.slot(new SingleCommand(Commands.request("GET k"), Promise.promise(), CommandReport.NONE)), B);
        start();
        Sent asked = send("MOD.SET other k").get(0);
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, "-NOPERM this user has no permissions to run the 'command' command;");
        assertEquals(List.of("MOD.SET other k"), taken(a));
        Sent refused = send("SET k 1").get(0);
        HandSocket b = connect(B, 1);
        say(a, movedTo(B).replace("MOVED", "ASK"));
        assertEquals(List.of("SET k 1", "ASKING", "MOD.SET other k"), taken(b));
        say(b, movedTo(A) + "+OK;+asked;");
        assertEquals("asked", asked.reply());
        assertTrue(refused.reply().startsWith("MOVED ") && refused.reply().contains("not executed"), refused::reply);
        assertEquals(List.of(), taken(a));
    }

    private static Detour detour(String words, Promise<Response> promise, Consumer<PendingCommand> run) {
        return Detour.of(Commands.requests(words), report -> new SingleCommand(Commands.request(words), promise, report),
                CommandReport.NONE, (alone, its) -> run.accept(alone));
    }
}
