package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** Who waits for whose subscriptions, on real event loops, and without a server. */
@Timeout(60)
class PublishGateTest extends PublishGateBench {

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

    /** Its handler is called by whoever asks for it, so that what that subscribes to comes before all else. */
    @Test
    void onItsEventLoopAConnectThatIsThereAtOnceIsNotWaitedFor() throws Exception {
        on(caller, () -> {
            gate.connecting(caller, VertxAccess.succeeded(caller, null));
            send(caller, Command.PUBLISH, "1");
            assertSent("1");
        });
        gate.connecting(caller, VertxAccess.succeeded(caller, null));
        send(caller, Command.PUBLISH, "2");
        settle();
        assertSent("1", "2");
    }

    @Test
    void whatPublishesNothingOnAConnectionWaitsForNothing() throws Exception {
        PublishGate.Pending pending = on(caller, () -> {
            PublishGate.Pending begun = gate.subscribing(caller, connection);
            assertTrue(gate.isOpenFor(other, new Object(), Request.cmd(Command.GET)));
            assertFalse(gate.isOpenFor(caller, new Object(), Request.cmd(Command.GET)));
            assertFalse(gate.isOpenFor(other, connection, Request.cmd(Command.GET)));
            gate.pass(caller, connection, false, new FakeCommand(1), () -> sent.add("nothing published"), failures::add);
            assertSent("nothing published");
            return begun;
        });
        pending.end();
        assertTrue(gate.isOpenFor(caller, connection, Request.cmd(Command.GET)));
        assertFalse(gate.isOpenFor(caller, connection, Request.cmd(Command.EXEC)));
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
        }, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)).onFailure(published::completeExceptionally);
        published.get(20, TimeUnit.SECONDS);
    }
}
