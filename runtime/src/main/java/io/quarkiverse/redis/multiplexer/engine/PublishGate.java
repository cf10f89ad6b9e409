package io.quarkiverse.redis.multiplexer.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
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
final class PublishGate {

    /** Something that those must wait for who are going to publish. */
    interface Pending {

        /** Needs not to be waited for. */
        Pending NONE = () -> {
        };

        /** It has been answered. May be called more than once. */
        void end();
    }

    private final Failures failures;
    private final PendingBytes bytes;
    private final int maxHeld;
    private final long timeoutNanos;
    private final Map<Object, Party> parties = new ConcurrentHashMap<>();
    private int count;
    /** Whether there has been any connection to subscribe on. */
    private volatile boolean used;

    /** @param bytes where those of what is held are counted */
    PublishGate(MultiplexerOptions options, Failures failures, PendingBytes bytes) {
        this.failures = failures;
        this.bytes = bytes;
        this.maxHeld = options.getMaxPending();
        this.timeoutNanos = options.getCommandTimeout().toNanos();
    }

    /** A context or a connection, for as long as something of it is pending or held. */
    private static final class Party {

        final Object key;
        final Deque<Step> pending = new ArrayDeque<>();
        /** The latest command of those that are held; {@code null} if none is. */
        Held last;

        Party(Object key) {
            this.key = key;
        }

        boolean isIdle() {
            return pending.isEmpty() && last == null;
        }
    }

    /** What a party has begun, and not ended; and what is held until this and all before it has ended. */
    private static final class Step {

        final long begun = System.nanoTime();
        final List<Held> behind = new ArrayList<>(0);
        boolean ended;
        /** Ends it when its time is over; {@code null} if nothing is held behind it. */
        ScheduledFuture<?> timer;
    }

    private static final class Held {

        final EventLoop loop;
        final long bytes;
        final Runnable send;
        final boolean publishes;
        final List<Party> parties;
        final List<Held> behind = new ArrayList<>(1);
        /** How much it waits for. */
        int missing;
        /** Whether it has been looked, when the event loop was at it, for what had been begun until then. */
        boolean looked;

        Held(EventLoop loop, long bytes, Runnable send, boolean publishes, List<Party> parties) {
            this.loop = loop;
            this.bytes = bytes;
            this.send = send;
            this.publishes = publishes;
            this.parties = parties;
        }
    }

    /** Whether the request may publish something: by itself, by a script, or as the end of a transaction. */
    static boolean mayPublish(Request request) {
        Command command = request.command();
        return command == Command.PUBLISH || command == Command.SPUBLISH || command == Command.EXEC
                || command == Command.EVAL || command == Command.EVALSHA || command == Command.FCALL;
    }

    /** A connection is being asked for: its caller may subscribe on it as soon as there is one. */
    void connecting(Context caller, Future<?> connection) {
        used = true;
        if (caller.isEventLoopContext()) {
            Pending pending = begin(List.of(caller));
            // Called before what the caller does with the connection, so the end comes behind that.
            connection.onComplete(done -> execute(VertxAccess.eventLoop(caller), pending::end));
        }
    }

    /** Something is being subscribed to, until the result is ended. */
    Pending subscribing(Context caller, Object connection) {
        used = true;
        return begin(List.of(caller, connection));
    }

    private Pending begin(List<Object> keys) {
        List<Party> mine = new ArrayList<>(keys.size());
        List<Step> steps = new ArrayList<>(keys.size());
        synchronized (this) {
            for (Object key : keys) {
                Party party = party(key);
                Step step = new Step();
                party.pending.add(step);
                mine.add(party);
                steps.add(step);
            }
        }
        return () -> end(mine, steps);
    }

    private void end(List<Party> mine, List<Step> steps) {
        Queue<Held> free = new ArrayDeque<>();
        synchronized (this) {
            steps.forEach(step -> step.ended = true);
            for (Party party : mine) {
                for (Step oldest; (oldest = party.pending.peek()) != null && oldest.ended;) {
                    party.pending.remove();
                    if (oldest.timer != null) {
                        oldest.timer.cancel(false);
                    }
                    meet(oldest.behind, free);
                }
                forgetIfIdle(party);
            }
        }
        free.forEach(this::goOn);
    }

    /** The time of a step, and so of all before it, is over. */
    private void expire(Party party, Step overdue) {
        List<Step> all;
        synchronized (this) {
            all = party.pending.contains(overdue) ? new ArrayList<>(party.pending) : List.of();
        }
        end(List.of(party), all.subList(0, all.indexOf(overdue) + 1));
    }

    private Party party(Object key) {
        return parties.computeIfAbsent(key, Party::new);
    }

    private void forgetIfIdle(Party party) {
        if (party.isIdle()) {
            parties.remove(party.key, party);
        }
    }

    private static void meet(List<Held> waiting, Queue<Held> free) {
        for (Held held : waiting) {
            if (--held.missing == 0) {
                free.add(held);
            }
        }
    }

    /** @see #pass(Context, Object, List, PendingCommand, Runnable) */
    void pass(Context caller, Request request, PendingCommand command, Runnable send) {
        pass(caller, parties.isEmpty(), used && mayPublish(request), caller, command, send);
    }

    /**
     * Has a command sent: now, by this thread, if it has nothing to wait for; otherwise when that has come, or its time is
     * over.
     *
     * @param connection that it is sent on; the caller itself if it is sent on none
     * @param send sends it
     */
    void pass(Context caller, Object connection, List<Request> requests, PendingCommand command, Runnable send) {
        pass(caller, parties.isEmpty(), used && requests.stream().anyMatch(PublishGate::mayPublish), connection, command,
                send);
    }

    private void pass(Context caller, boolean open, boolean publishes, Object connection, PendingCommand command,
            Runnable send) {
        if (!publishes && (open || !parties.containsKey(caller) && !parties.containsKey(connection))) {
            send.run();
            return;
        }
        try {
            passOrHold(caller, publishes, connection, command, send);
        } catch (Throwable e) {
            // There is no memory for it.
            command.fail(failures.rejected(command, e));
        }
    }

    private void passOrHold(Context caller, boolean publishes, Object connection, PendingCommand command, Runnable send) {
        EventLoop loop = VertxAccess.eventLoop(caller);
        boolean onLoop = loop.inEventLoop();
        Held held = null;
        Throwable refusal = null;
        synchronized (this) {
            if (publishes && !onLoop || mustWait(caller, publishes) || mustWait(connection, publishes)) {
                refusal = refusal(command);
                if (refusal == null) {
                    command.deadline = System.nanoTime() + timeoutNanos;
                    held = hold(new Held(loop, command.bytes(), send, publishes, parties(caller, connection)));
                }
            }
        }
        if (refusal != null) {
            command.fail(refusal);
        } else if (held == null) {
            send.run();
        } else {
            begin(held, onLoop);
        }
    }

    /** Does something when everything has been sent that has been held of a connection: at once, if nothing is. */
    void behind(Context caller, Object connection, Runnable action) {
        EventLoop loop = VertxAccess.eventLoop(caller);
        Held held = null;
        synchronized (this) {
            if (mustWait(connection, false)) {
                held = hold(new Held(loop, 0, action, false, parties(connection, connection)));
            }
        }
        if (held == null) {
            action.run();
        } else {
            begin(held, loop.inEventLoop());
        }
    }

    private void begin(Held held, boolean onLoop) {
        if (onLoop) {
            meet(held);
        } else {
            // Twice: behind a drain that is running, and behind the one that it may call for when it ends.
            execute(held.loop, () -> execute(held.loop, () -> meet(held)));
        }
    }

    /** @return {@code null} if there is room for it */
    private Throwable refusal(PendingCommand command) {
        if (count >= maxHeld) {
            return failures.backlogFull(command);
        }
        return bytes.reserve(command.bytes()) ? null : failures.tooManyBytes(command);
    }

    private boolean mustWait(Object key, boolean publishes) {
        Party party = parties.get(key);
        return party != null && (party.last != null || publishes && !party.pending.isEmpty());
    }

    private List<Party> parties(Object first, Object second) {
        return first == second ? List.of(party(first)) : List.of(party(first), party(second));
    }

    private Held hold(Held held) {
        // For its own way through the event loop.
        held.missing = 1;
        for (Party party : held.parties) {
            if (party.last != null) {
                party.last.behind.add(held);
                held.missing++;
            }
            party.last = held;
        }
        waitForPending(held);
        count++;
        return held;
    }

    private void waitForPending(Held held) {
        for (Party party : held.parties) {
            Step latest = party.pending.peekLast();
            if (held.publishes && latest != null) {
                latest.behind.add(held);
                held.missing++;
                if (latest.timer == null) {
                    latest.timer = schedule(held.loop, () -> expire(party, latest), latest.begun + timeoutNanos);
                }
            }
        }
    }

    private void meet(Held held) {
        boolean free;
        synchronized (this) {
            free = --held.missing == 0;
        }
        if (free) {
            goOn(held);
        }
    }

    private void goOn(Held held) {
        execute(held.loop, () -> send(held));
    }

    /** Sends it, and all behind it that have waited for nothing else and are sent on this event loop, too. */
    private void send(Held first) {
        Queue<Held> free = new ArrayDeque<>();
        free.add(first);
        for (Held next; (next = free.poll()) != null;) {
            if (next != first && !next.loop.inEventLoop()) {
                goOn(next);
            } else if (!mustWaitAgain(next)) {
                bytes.release(next.bytes);
                Guard.run("to send what has been held", next.send);
                release(next, free);
            }
        }
    }

    private synchronized boolean mustWaitAgain(Held held) {
        if (held.looked) {
            return false;
        }
        held.looked = true;
        waitForPending(held);
        return held.missing > 0;
    }

    /** Only now: what its party sends until then is held behind it. */
    private synchronized void release(Held sent, Queue<Held> free) {
        count--;
        for (Party party : sent.parties) {
            if (party.last == sent) {
                party.last = null;
                forgetIfIdle(party);
            }
        }
        meet(sent.behind, free);
    }

    private static ScheduledFuture<?> schedule(EventLoop loop, Runnable action, long when) {
        try {
            return loop.schedule(action, when - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // Nor is there anything left that could be waited for.
            return null;
        }
    }

    private static void execute(EventLoop loop, Runnable action) {
        try {
            loop.execute(action);
        } catch (RejectedExecutionException e) {
            // The event loop has ended: what is sent now fails, and that is all that is left to do.
            action.run();
        }
    }
}
