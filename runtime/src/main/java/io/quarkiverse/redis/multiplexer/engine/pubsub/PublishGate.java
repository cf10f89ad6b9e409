package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Free;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Held;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Held.Stage;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Step;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * Has what one publishes wait for what one has subscribed to: SUBSCRIBE and PUBLISH go over different connections, so that
 * the server could execute them the other way round, and the message would be missed.
 * <p>
 * Who subscribes and publishes is a party: a context, or a connection. While a SUBSCRIBE of a party has not been answered -
 * or a {@code connect()}, which may be followed by one - what may publish is held, and so is everything that comes from the
 * party behind that, so that its order remains. It is held until the subscriptions before it have been answered, by a
 * failure too, or their time is over. Nobody else waits; for a client that nobody subscribes with, the gate is one look at an
 * empty map.
 * <p>
 * What is held is sent on the event loop of its context, behind what its thread had sent there before. A thread that is not
 * that event loop may publish while its SUBSCRIBE, the next step after a {@code connect()}, is only about to be called there.
 * So what it publishes goes through the queue of the event loop in any case, once there have been connections at all.
 * <p>
 * Thread-safe.
 */
public final class PublishGate {

    /** Something that those must wait for who are going to publish. */
    public interface Pending {

        /** Nothing that has to be waited for. */
        Pending NONE = () -> {
        };

        /** It has been answered. May be called more than once. */
        void end();
    }

    private final Failures failures;
    private final PendingBytes bytes;
    private final int maxHeld;
    private final long timeoutNanos;
    private final Parties parties = new Parties();
    private final Consumer<Held> way = this::goOnItsWay;
    private final Consumer<Free> letGo = this::goOn;
    /** Whether there has been any connection to subscribe on. */
    private volatile boolean used;

    /** @param bytes where those of what is held are counted */
    public PublishGate(MultiplexerOptions options, Failures failures, PendingBytes bytes) {
        this.failures = failures;
        this.bytes = bytes;
        this.maxHeld = options.getMaxPending();
        this.timeoutNanos = options.getCommandTimeout().toNanos();
    }

    /** Whether the request may publish something: by itself, by a script, or as the end of a transaction. */
    static boolean mayPublish(Request request) {
        return request.command() == Command.EXEC || publishesByItself(request);
    }

    /** Whether the request may publish something, by itself or by a script. */
    static boolean publishesByItself(Request request) {
        Command command = request.command();
        return command == Command.PUBLISH || command == Command.SPUBLISH || command == Command.EVAL
                || command == Command.EVALSHA || command == Command.FCALL;
    }

    /** A connection is being asked for: its caller may subscribe on it as soon as there is one. */
    public void connecting(Context caller, Future<?> connection) {
        if (!used) {
            // Not each time: all event loops look here.
            used = true;
        }
        // On its event loop, a caller who has the connection at once has subscribed before anything else is done there.
        boolean atOnce = connection.isComplete() && VertxAccess.eventLoop(caller).inEventLoop();
        if (caller.isEventLoopContext() && !atOnce) {
            Pending pending = new BegunSteps(parties, List.of(caller), letGo);
            // Called before what the caller does with the connection, so the end comes behind that.
            connection.onComplete(done -> execute(VertxAccess.eventLoop(caller), pending::end));
        }
    }

    /** Something is being subscribed to, until the result is ended. @param request SUBSCRIBE or one of its relatives */
    public Pending subscribing(Context caller, Object connection, Request request) {
        if (SubscriptionKind.changeOf(request.command()) == Change.UNSUBSCRIBE) {
            return Pending.NONE;
        }
        return subscribing(caller, connection);
    }

    Pending subscribing(Context caller, Object connection) {
        used = true;
        return new BegunSteps(parties, List.of(caller, connection), letGo);
    }

    /** Whether what is sent now, on no connection, has nothing to wait for; then it need not {@link #pass}. */
    public boolean isOpenFor(Context caller, Request request) {
        return !(used && mayPublish(request)) && (parties.isEmpty() || !parties.contains(caller));
    }

    /** The same for what is sent on a connection. */
    public boolean isOpenFor(Context caller, Object connection, Request request) {
        return passes(caller, connection, mayPublish(request));
    }

    /** For what publishes nothing. */
    private boolean isOpenFor(Context caller, Object connection) {
        return parties.isEmpty() || !parties.contains(caller) && !parties.contains(connection);
    }

    /** Sends, or holds, what is sent on no connection, as below. What can't be held fails. */
    public void pass(Context caller, Request request, PendingCommand command, Runnable send) {
        pass(caller, mayPublish(request), command, send);
    }

    /** The same for a batch. */
    public void pass(Context caller, List<Request> requests, PendingCommand command, Runnable send) {
        pass(caller, requests.stream().anyMatch(PublishGate::mayPublish), command, send);
    }

    /** Makes nothing if there is nothing to wait for. */
    private void pass(Context caller, boolean mayPublish, PendingCommand command, Runnable send) {
        if (passes(caller, caller, mayPublish)) {
            send.run();
        } else {
            pass(caller, caller, mayPublish, command, send, command::fail);
        }
    }

    /**
     * Has a command sent: now, by this thread, if it has nothing to wait for; otherwise when that has come, or its time is
     * over.
     *
     * @param connection that it is sent on; the caller itself if it is sent on none
     * @param mayPublish whether it may publish something
     * @param send sends it
     * @param refuse told why it can't be held, if there is no room for it. That is at once: what is held before it will be sent
     *        later, see {@link #behind}
     */
    public void pass(Context caller, Object connection, boolean mayPublish, PendingCommand command, Runnable send,
            Consumer<Throwable> refuse) {
        if (passes(caller, connection, mayPublish)) {
            send.run();
            return;
        }
        try {
            passOrHold(caller, connection, used && mayPublish, command, send, refuse);
        } catch (Throwable e) {
            // There is no memory for it.
            refuse.accept(failures.rejected(command, e));
        }
    }

    private boolean passes(Context caller, Object connection, boolean mayPublish) {
        return !(used && mayPublish) && isOpenFor(caller, connection);
    }

    private void passOrHold(Context caller, Object connection, boolean publishes, PendingCommand command, Runnable send,
            Consumer<Throwable> refuse) {
        EventLoop loop = VertxAccess.eventLoop(caller);
        Throwable refusal = null;
        boolean now;
        synchronized (parties) {
            now = !(publishes && !loop.inEventLoop()) && !parties.mustHold(caller, publishes)
                    && !parties.mustHold(connection, publishes);
            if (!now) {
                refusal = refusal(command);
                if (refusal == null) {
                    command.mustEndBy(System.nanoTime() + timeoutNanos);
                    hold(loop, command.bytes(), send, publishes, keys(caller, connection));
                }
            }
        }
        if (refusal != null) {
            refuse.accept(refusal);
        } else if (now) {
            send.run();
        }
    }

    /** Does something when everything has been sent that has been held of a connection: at once, if nothing is. */
    public void behind(Context caller, Object connection, Runnable action) {
        if (!isHeldBehind(caller, connection, action)) {
            action.run();
        }
    }

    private boolean isHeldBehind(Context caller, Object connection, Runnable action) {
        if (!parties.contains(connection)) {
            return false;
        }
        synchronized (parties) {
            if (!parties.mustHold(connection, false)) {
                return false;
            }
            try {
                hold(VertxAccess.eventLoop(caller), 0, action, false, Set.of(connection));
                return true;
            } catch (Throwable e) {
                // There is no memory to wait.
                return false;
            }
        }
    }

    private static Set<Object> keys(Object caller, Object connection) {
        return caller == connection ? Set.of(caller) : Set.of(caller, connection);
    }

    /** @return {@code null} if there is room for it */
    private Throwable refusal(PendingCommand command) {
        if (parties.held() >= maxHeld) {
            return failures.backlogFull(command);
        }
        return bytes.reserve(command.bytes()) ? null : failures.tooManyBytes(command);
    }

    private void hold(EventLoop loop, long size, Runnable send, boolean publishes, Set<Object> keys) {
        List<Step> awaited = new ArrayList<>(keys.size());
        Held held;
        try {
            held = parties.hold(loop, size, send, publishes, way, keys, awaited);
        } catch (Throwable e) {
            bytes.release(size);
            throw e;
        }
        limit(awaited, loop);
        if (loop.inEventLoop()) {
            arrive(held);
        } else {
            // Twice: behind a drain that is running, and behind the one that it may call for when it ends.
            execute(loop, held);
        }
    }

    private void goOnItsWay(Held held) {
        switch (held.stage) {
            case COMING -> {
                held.stage = Stage.ARRIVING;
                execute(held.loop, held);
            }
            case ARRIVING -> arrive(held);
            case SENDING -> send(held);
        }
    }

    private void arrive(Held held) {
        held.stage = Stage.SENDING;
        if (parties.meet(held)) {
            goOn(held);
        }
    }

    /** Nothing is waited for any longer than its own time. */
    private void limit(List<Step> awaited, EventLoop loop) {
        for (int i = 0; i < awaited.size(); i++) {
            Step step = awaited.get(i);
            try {
                Free free = new Free();
                ScheduledFuture<?> timer = loop.schedule(() -> endUpTo(step, free),
                        step.begun + timeoutNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                parties.limited(step, () -> cancel(timer));
            } catch (Throwable e) {
                // Its event loop has ended, or there is no memory: what is waited for has a deadline of its own.
                return;
            }
        }
    }

    private void endUpTo(Step step, Free free) {
        parties.endUpTo(step, free);
        goOn(free);
    }

    private static void cancel(ScheduledFuture<?> timer) {
        try {
            timer.cancel(false);
        } catch (Throwable e) {
            // Its event loop has ended, or there is no memory to tell it: then it finds a step that has ended.
            return;
        }
    }

    private void goOn(Free free) {
        for (Held next; (next = free.poll()) != null;) {
            goOn(next);
        }
    }

    private static void goOn(Held held) {
        execute(held.loop, held);
    }

    /** Sends it, and all behind it that have waited for nothing else and are sent on this event loop, too. */
    private void send(Held first) {
        Free free = first.released;
        free.add(first);
        for (Held next; (next = free.poll()) != null;) {
            if (next != first && !next.loop.inEventLoop()) {
                goOn(next);
                continue;
            }
            if (!mustWaitAgain(next)) {
                bytes.release(next.bytes);
                Guard.run("to send what has been held", next.send);
                parties.release(next, free);
            }
        }
    }

    private boolean mustWaitAgain(Held held) {
        try {
            List<Step> awaited = new ArrayList<>(2);
            boolean waits = parties.mustWaitAgain(held, awaited);
            limit(awaited, held.loop);
            return waits;
        } catch (Throwable e) {
            // There is no memory to wait any longer.
            return false;
        }
    }

    private static void execute(EventLoop loop, Runnable action) {
        try {
            loop.execute(action);
        } catch (Throwable e) {
            // The event loop has ended: what is sent now fails, and that is all that is left to do. Or there is no memory for a
            // task: what is not sent now would keep everything behind it.
            action.run();
        }
    }
}
