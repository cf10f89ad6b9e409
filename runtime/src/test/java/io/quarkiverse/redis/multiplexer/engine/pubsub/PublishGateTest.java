package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Who waits for whose subscriptions, on real event loops, and without a server. */
@Timeout(60)
class PublishGateTest {

    private static Vertx vertx;

    private final MultiplexerOptions options = new MultiplexerOptions().setMaxPending(1000);
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final Context caller = newContext();
    private final Context other = newContext();
    private final Object connection = new Object();
    private PublishGate gate = gate(options);

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void whoSubscribesToNothingSendsAtOnce() throws Exception {
        on(caller, () -> {
            send(caller, Command.PUBLISH, "1");
            send(caller, Command.GET, "2");
            assertSent("1", "2");
        });
    }

    @Test
    void whatIsPublishedBehindASubscribeWaitsForItsAnswer() throws Exception {
        PublishGate.Pending pending = on(caller, () -> {
            PublishGate.Pending begun = gate.subscribing(caller, connection);
            send(caller, Command.GET, "before");
            send(caller, Command.PUBLISH, "published");
            return begun;
        });
        settle();
        assertSent("before");
        pending.end();
        settle();
        assertSent("before", "published");
    }

    @Test
    void everythingThatMayPublishWaits() throws Exception {
        List<Command> commands = List.of(Command.PUBLISH, Command.SPUBLISH, Command.EVAL, Command.EVALSHA, Command.FCALL,
                Command.EXEC);
        for (Command command : commands) {
            PublishGate.Pending pending = gate.subscribing(caller, connection);
            send(caller, command, command.toString());
            settle();
            assertSent();
            pending.end();
            settle();
            assertSent(command.toString());
            sent.clear();
        }
    }

    @Test
    void whatComesBehindWhatIsHeldKeepsItsOrder() throws Exception {
        PublishGate.Pending pending = on(caller, () -> {
            PublishGate.Pending begun = gate.subscribing(caller, connection);
            send(caller, Command.PUBLISH, "1");
            send(caller, Command.SET, "2");
            send(caller, Command.GET, "3");
            send(caller, Command.PUBLISH, "4");
            return begun;
        });
        settle();
        assertSent();
        pending.end();
        settle();
        assertSent("1", "2", "3", "4");
    }

    @Test
    void othersDoNotWait() throws Exception {
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        send(caller, Command.PUBLISH, "own");
        on(other, () -> send(other, Command.PUBLISH, "other's"));
        settle();
        assertSent("other's");
        pending.end();
        settle();
        assertSent("other's", "own");
    }

    @Test
    void whatIsPublishedOnTheConnectionWaitsWhoeverDoesIt() throws Exception {
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        on(other, () -> {
            send(other, connection, Command.PUBLISH, "1");
            send(other, connection, Command.SET, "2");
            send(other, Command.SET, "3");
            send(other, new Object(), Command.PUBLISH, "4");
        });
        settle();
        assertSent();
        pending.end();
        settle();
        assertSent("1", "2", "3", "4");
    }

    @Test
    void onlyTheSubscriptionsInFrontAreWaitedFor() throws Exception {
        on(caller, () -> {
            PublishGate.Pending first = gate.subscribing(caller, connection);
            PublishGate.Pending second = gate.subscribing(caller, connection);
            send(caller, Command.PUBLISH, "1");
            second.end();
            assertSent();
            first.end();
            first.end();
            return null;
        });
        settle();
        assertSent("1");
    }

    @Test
    void aConnectThatIsPendingIsWaitedForAndWhatItsCallerSubscribesToThen() throws Exception {
        Promise<Void> connected = VertxAccess.promise(caller);
        List<PublishGate.Pending> begun = Collections.synchronizedList(new ArrayList<>());
        gate.connecting(caller, connected.future());
        connected.future().onSuccess(done -> begun.add(gate.subscribing(caller, connection)));
        send(caller, Command.PUBLISH, "1");
        settle();
        assertSent();

        connected.complete();
        settle();
        assertSent();
        begun.get(0).end();
        settle();
        assertSent("1");
    }

    /** The handler of a completed future is called on the event loop, while its caller goes on. */
    @Test
    void aThreadThatPublishesRightBehindConnectDoesNotOvertakeItsOwnSubscribe() throws Exception {
        for (int i = 0; i < 200; i++) {
            Promise<Void> connected = VertxAccess.promise(caller);
            gate.connecting(caller, connected.future());
            VertxAccess.eventLoop(caller).execute(connected::complete);
            connected.future().onSuccess(done -> {
                PublishGate.Pending begun = gate.subscribing(caller, connection);
                VertxAccess.eventLoop(other).execute(() -> {
                    sent.add("subscribed");
                    begun.end();
                });
            });
            send(caller, Command.PUBLISH, "published");
            await(() -> sent.contains("published"));
            assertSent("subscribed", "published");
            sent.clear();
        }
    }

    @Test
    void aConnectThatFailsIsNotWaitedFor() throws Exception {
        Promise<Void> connected = VertxAccess.promise(caller);
        gate.connecting(caller, connected.future());
        send(caller, Command.PUBLISH, "1");
        connected.fail("no connection");
        settle();
        assertSent("1");
    }

    /** A worker that waits for what it publishes keeps what is to come behind its connect() from running. */
    @Test
    void aBlockedWorkerIsNotWaitedFor() throws Exception {
        CompletableFuture<Void> published = new CompletableFuture<>();
        vertx.deployVerticle(() -> new AbstractVerticle() {
            @Override
            public void start() throws Exception {
                Promise<Void> connected = VertxAccess.promise(context);
                gate.connecting(context, connected.future());
                connected.future().onSuccess(done -> gate.subscribing(context, connection));
                connected.complete();
                send(context, Command.PUBLISH, "1");
                await(() -> sent.contains("1"));
                published.complete(null);
            }
        }, new DeploymentOptions().setWorker(true)).onFailure(published::completeExceptionally);
        published.get(20, TimeUnit.SECONDS);
    }

    @Test
    void nothingWaitsLongerThanTheCommandTimeout() throws Exception {
        gate = gate(options.setCommandTimeout(Duration.ofMillis(50)));
        gate.subscribing(caller, connection);
        gate.subscribing(caller, connection);
        send(caller, Command.PUBLISH, "1");
        send(caller, Command.PUBLISH, "2");
        await(() -> sent.size() == 2);
        assertSent("1", "2");
    }

    @Test
    void whatIsHeldIsBoundedInNumberAndBytes() throws Exception {
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        for (int i = 0; i < 1001; i++) {
            send(caller, Command.PUBLISH, "x");
        }
        assertEquals(1, failures.size());
        assertInstanceOf(BacklogFullException.class, failures.get(0));
        pending.end();
        await(() -> sent.size() == 1000);

        failures.clear();
        sent.clear();
        gate = gate(new MultiplexerOptions().setMaxPendingBytes(4096));
        pending = gate.subscribing(caller, connection);
        for (int i = 0; i < 100; i++) {
            send(caller, Command.PUBLISH, "x");
        }
        assertTrue(failures.size() > 50, "" + failures.size());
        assertTrue(failures.get(0).getMessage().contains("max-pending-bytes"), failures.get(0).getMessage());
        pending.end();
        await(() -> sent.size() + failures.size() == 100);
        sent.clear();
        send(caller, Command.PUBLISH, "y");
        await(() -> sent.size() == 1);
    }

    @Test
    void theEndOfAConnectionComesBehindWhatIsHeldOfIt() throws Exception {
        gate.behind(caller, connection, () -> sent.add("nothing is held"));
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        send(caller, connection, Command.PUBLISH, "1");
        gate.behind(other, connection, () -> sent.add("end"));
        settle();
        assertSent("nothing is held");
        pending.end();
        settle();
        assertSent("nothing is held", "1", "end");
    }

    @Test
    void manyThatAreHeldAreSentInOrderWithoutANest() throws Exception {
        gate = gate(options.setMaxPending(100_000));
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            send(caller, connection, i % 2 == 0 ? Command.PUBLISH : Command.SET, "" + i);
            expected.add("" + i);
        }
        pending.end();
        await(() -> sent.size() == expected.size());
        assertEquals(expected, sent);
    }

    @Test
    void aSendThatThrowsDoesNotKeepTheOthers() throws Exception {
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        FakeCommand command = new FakeCommand(1);
        gate.pass(caller, Request.cmd(Command.PUBLISH), command, () -> {
            throw new AssertionError("on purpose");
        });
        send(caller, Command.PUBLISH, "next");
        pending.end();
        settle();
        assertSent("next");
    }

    private static PublishGate gate(MultiplexerOptions options) {
        return new PublishGate(options, new Failures("test", NodeAddress.of(new RedisOptions()), options),
                PendingBytes.atMost(options.getMaxPendingBytes()));
    }

    private static Context newContext() {
        return VertxAccess.newContext(vertx, (EventLoop) vertx.nettyEventLoopGroup().next());
    }

    private void send(Context context, Command command, String name) {
        send(context, context, command, name);
    }

    private void send(Context context, Object on, Command command, String name) {
        Request request = Request.cmd(command, name, name);
        Promise<Response> promise = Promise.promise();
        promise.future().onFailure(failures::add);
        PendingCommand pending = new SingleCommand(request, promise, CommandReport.NONE);
        if (on == context) {
            gate.pass(context, request, pending, () -> sent.add(name));
        } else {
            gate.pass(context, on, List.of(request), pending, () -> sent.add(name));
        }
    }

    /** Waits for what event loops have been given to do, and for what that gives them to do. */
    private void settle() throws Exception {
        for (int i = 0; i < 6; i++) {
            for (Context context : List.of(caller, other)) {
                on(context, () -> {
                });
            }
        }
    }

    private static void on(Context context, Runnable action) throws Exception {
        on(context, () -> {
            action.run();
            return null;
        });
    }

    private static <T> T on(Context context, Callable<T> action) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            try {
                done.complete(action.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(20, TimeUnit.SECONDS);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                .atMost(20, TimeUnit.SECONDS).until(condition);
    }

    private void assertSent(String... expected) {
        assertEquals(List.of(expected), List.copyOf(sent));
    }
}
