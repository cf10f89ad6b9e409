package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/** The way into a hub that has no connections. */
class HubEntranceTest implements HubEntrance.Home {

    private final Vertx vertx = Vertx.vertx();
    private final EventLoop loop = VertxAccess.eventLoops(vertx).get(0);
    private final Listening listening = new Listening();
    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final AtomicInteger ends = new AtomicInteger();
    private volatile boolean ending;
    /** Thrown once, where it is asked who is told of a subscription. */
    private final AtomicReference<Error> trouble = new AtomicReference<>();
    /** Thrown once, before a call is taken in. */
    private final AtomicReference<Error> atTheDoor = new AtomicReference<>();
    private final HubEntrance entrance = entrance(new MultiplexerOptions());

    private HubEntrance entrance(MultiplexerOptions options) {
        RedisOptions redis = new RedisOptions();
        return new HubEntrance(loop, ClientSettings.of("test", redis, options),
                new Failures("test", NodeAddress.of(redis), options), this::server, this);
    }

    private Telling.Server server(Subscription subscription) {
        throwOnce(trouble);
        return Telling.NOBODY;
    }

    private static void throwOnce(AtomicReference<Error> trouble) {
        Error thrown = trouble.getAndSet(null);
        if (thrown != null) {
            throw thrown;
        }
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void callsOfOneThreadComeInTheirOrder() {
        for (int i = 0; i < 100; i++) {
            call(entrance, "c" + i);
        }
        awaitUntil(() -> begun.size() == 100);
        for (int i = 0; i < 100; i++) {
            assertEquals("c" + i, begun.get(i));
        }
        awaitUntil(() -> entrance.size() == 100);
    }

    @Test
    void whoLeavesIsForgottenAndHisCallsFail() throws Exception {
        Future<Void> waiting = call(entrance, "a");
        entrance.detach(listening.subscriber, new IllegalStateException("left"));
        assertEquals("left", awaitFailure(waiting).getMessage());
        assertEquals("left", awaitFailure(call(entrance, "b")).getMessage());
        awaitUntil(() -> entrance.size() == 0);
        assertEquals(2, ends.get());
    }

    @Test
    void afterTheEndEverythingFails() throws Exception {
        Future<Void> waiting = call(entrance, "a");
        awaitUntil(() -> begun.equals(List.of("a")));
        ending = true;
        entrance.run(entrance::end);
        awaitFailure(waiting);
        awaitFailure(call(entrance, "b"));
        assertEquals(List.of("a"), begun);
    }

    @Test
    void callsEndWithTheirTime() throws Exception {
        Future<Void> waiting = call(entrance, "a");
        entrance.run(() -> entrance.expire(System.nanoTime() + MultiplexerOptions.DEFAULT_COMMAND_TIMEOUT.toNanos()));
        assertEquals("time is over for a", awaitFailure(waiting).getMessage());
    }

    @Test
    void onlyWhoFailsFastIsToldThatThereIsNoConnection() throws Exception {
        HubEntrance fast = entrance(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        Future<Void> waiting = call(entrance, "a");
        Future<Void> failing = call(fast, "b");
        Future<Void> other = call(fast, "c");
        for (HubEntrance each : List.of(entrance, fast)) {
            each.run(() -> {
                each.failUnlessWaitingHelps(subscription -> !subscription.name.equals("c"), new ConnectException("gone"));
                each.settle();
            });
        }
        assertEquals("gone", awaitFailure(failing).getMessage());
        assertTrue(!waiting.isComplete() && !other.isComplete());
    }

    @Test
    void whatIsKeptFromBeingRunIsNotRun() {
        List<String> run = new CopyOnWriteArrayList<>();
        entrance.run(() -> {
            entrance.schedule(() -> run.add("cancelled"), 1).run();
            entrance.schedule(() -> run.add("kept"), 2);
        });
        awaitUntil(() -> run.equals(List.of("kept")));
        entrance.run(() -> run.add("now"));
        awaitUntil(() -> run.equals(List.of("kept", "now")));
    }

    @Test
    void aCallThatThereIsNoMemoryForFailsAndLeavesNothingBehind() throws Exception {
        OutOfMemoryError error = new OutOfMemoryError("by hand");
        trouble.set(error);
        assertSame(error, awaitFailure(call(entrance, "a")).getCause());
        awaitUntil(() -> ends.get() == 1 && entrance.size() == 0);
        assertEquals(List.of(), begun);

        call(entrance, "a");
        awaitUntil(() -> begun.equals(List.of("a")) && entrance.size() == 1);
    }

    @Test
    void aCallThatCannotEvenBeTakenInFails() throws Exception {
        OutOfMemoryError error = new OutOfMemoryError("by hand");
        atTheDoor.set(error);
        assertSame(error, awaitFailure(call(entrance, "a")).getCause());
        assertEquals(1, ends.get());
        call(entrance, "a");
        awaitUntil(() -> begun.equals(List.of("a")) && entrance.size() == 1);
    }

    @Test
    void callersAreToldWhateverTheEndOfACallMeets() throws Exception {
        Runnable failing = () -> {
            throw new OutOfMemoryError("by hand");
        };
        Future<Void> waiting = call("a", failing);
        Future<Void> leaving = entrance.call(listening.subscriber, Request.cmd(Command.UNSUBSCRIBE).arg("b"),
                vertx.getOrCreateContext(), failing);
        awaitUntil(() -> begun.equals(List.of("a", "b")));
        entrance.run(() -> entrance.expire(System.nanoTime() + MultiplexerOptions.DEFAULT_COMMAND_TIMEOUT.toNanos()));
        awaitFailure(waiting);
        await(leaving);

        ending = true;
        awaitFailure(call("c", failing));
    }

    @Test
    void aServerThatIsGoneIsForgotten() throws Exception {
        call(entrance, "a");
        awaitUntil(() -> entrance.size() == 1);
        WeakReference<Failures> gone = restored();
        awaitUntil(() -> {
            System.gc();
            return gone.get() == null;
        });
    }

    private WeakReference<Failures> restored() throws Exception {
        Failures where = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
        loop.submit(() -> {
            Subscriptions subscriptions = entrance.subscriptions();
            Subscription subscription = subscriptions.table().find(SubscriptionKind.CHANNEL, "a").orElseThrow();
            for (int times = 0; times < 2; times++) {
                subscription.tell(Telling.NOBODY, Change.SUBSCRIBE);
                subscriptions.confirmed(subscription, Change.SUBSCRIBE);
                if (times == 0) {
                    subscriptions.lose(List.of(subscription), where);
                }
            }
            entrance.settle();
        }).get();
        assertEquals(1, entrance.restorations(where));
        return new WeakReference<>(where);
    }

    private Future<Void> call(String name, Runnable onEnd) {
        return entrance.call(listening.subscriber, Request.cmd(Command.SUBSCRIBE).arg(name), vertx.getOrCreateContext(),
                onEnd);
    }

    private Future<Void> call(HubEntrance into, String name) {
        return into.call(listening.subscriber, Request.cmd(Command.SUBSCRIBE).arg(name), vertx.getOrCreateContext(),
                ends::incrementAndGet);
    }

    @Override
    public boolean isEnding() {
        throwOnce(atTheDoor);
        return ending;
    }

    @Override
    public void begun(SubscriptionCall call) {
        begun.add(call.names.get(0));
    }

    @Override
    public Throwable timedOut(SubscriptionCall call) {
        return new IllegalStateException("time is over for " + call.names.get(0));
    }
}
