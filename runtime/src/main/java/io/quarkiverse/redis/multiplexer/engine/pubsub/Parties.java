package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;

/**
 * Who subscribes and publishes: contexts, and connections. For each of them the subscriptions that have been begun and not
 * ended, in order, and the last of the commands that are held; for each of these how much it waits for, and what waits for it.
 * Someone for whom there is neither is forgotten.
 * <p>
 * What needs memory is done before anything changes, and what has been held is let go without any. Thread-safe.
 */
final class Parties {

    private static final class Party {

        final Object key;
        /** It is unchanged if there is no memory for more, other than ArrayDeque. */
        final Deque<Step> pending = new LinkedList<>();
        /** {@code null} if none is held. */
        Held last;

        Party(Object key) {
            this.key = key;
        }
    }

    /** A subscription that a party has begun, and what is held until this and all before it has ended. */
    static final class Step {

        private enum State {
            BEGUN,
            /** One that was begun before has not ended. */
            ENDED,
            OVER
        }

        /** On the clock of {@link System#nanoTime()}. */
        final long begun = System.nanoTime();
        private final Party party;
        private final ArrayList<Held> behind = new ArrayList<>(0);
        private State state = State.BEGUN;
        private boolean awaited;
        private Runnable endOfLimit = NO_LIMIT;

        private Step(Party party) {
            this.party = party;
        }

        private void end() {
            if (state == State.BEGUN) {
                state = State.ENDED;
            }
        }
    }

    /** A command that is held; as a task, the next stage of its way. */
    static final class Held implements Runnable {

        enum Stage {
            /** What its thread has sent before may be about to call for a task of its own on the event loop. */
            COMING,
            /** Behind that one, too. */
            ARRIVING,
            /** Sent as soon as it has nothing to wait for. */
            SENDING
        }

        final EventLoop loop;
        final long bytes;
        final Runnable send;
        final boolean publishes;
        /** What is let go with it. */
        final Free released = new Free();
        /** Used on the event loop; before, by the thread that sends. */
        Stage stage = Stage.COMING;
        private final Consumer<Held> way;
        private Held next;
        private final List<Party> parties;
        private final ArrayList<Held> behind = new ArrayList<>(1);
        /** For how much it waits; at first, for its own way through the event loop. */
        private int missing = 1;
        private boolean looked;

        private Held(EventLoop loop, long bytes, Runnable send, boolean publishes, Consumer<Held> way, List<Party> parties) {
            this.way = way;
            this.loop = loop;
            this.bytes = bytes;
            this.send = send;
            this.publishes = publishes;
            this.parties = parties;
        }

        @Override
        public void run() {
            way.accept(this);
        }
    }

    /** Commands that have nothing to wait for any more, in order. Each is in one of these at most. */
    static final class Free {

        private Held first;
        private Held last;

        synchronized void add(Held command) {
            if (first == null) {
                first = command;
            } else {
                last.next = command;
            }
            last = command;
        }

        /** @return the first one, which is not in it any more; {@code null} if it is empty */
        synchronized Held poll() {
            Held command = first;
            if (command != null) {
                first = command.next;
                command.next = null;
                last = first == null ? null : last;
            }
            return command;
        }
    }

    private static final Runnable NO_LIMIT = () -> {
    };

    private final Map<Object, Party> parties = new ConcurrentHashMap<>();
    private int held;

    /** Whether nothing is pending or held of anybody. Takes no lock. */
    boolean isEmpty() {
        return parties.isEmpty();
    }

    /** Whether something is pending or held of the party. Takes no lock. */
    boolean contains(Object key) {
        return parties.containsKey(key);
    }

    /** How many commands are held. */
    synchronized int held() {
        return held;
    }

    /** Whether a command of the party has to be held. */
    synchronized boolean mustHold(Object key, boolean publishes) {
        Party party = parties.get(key);
        return party != null && (party.last != null || publishes && !party.pending.isEmpty());
    }

    synchronized Step begin(Object key) {
        Party party = party(key);
        try {
            Step step = new Step(party);
            party.pending.add(step);
            return step;
        } catch (Throwable e) {
            forgetIfIdle(party);
            throw e;
        }
    }

    private Party party(Object key) {
        return parties.computeIfAbsent(key, Party::new);
    }

    /** Ends what has been begun. @param free gets what has nothing to wait for any more */
    synchronized void end(Step step, Free free) {
        step.end();
        Party party = step.party;
        for (Step oldest; (oldest = party.pending.peek()) != null && oldest.state == Step.State.ENDED;) {
            party.pending.remove();
            oldest.state = Step.State.OVER;
            meet(oldest.behind, free);
            // Whoever still knows of the step must not keep what is sent now.
            oldest.behind.clear();
            oldest.endOfLimit.run();
            oldest.endOfLimit = NO_LIMIT;
        }
        forgetIfIdle(party);
    }

    /** The time of a step is limited. @param end ends that when the step has ended; it throws nothing */
    synchronized void limited(Step step, Runnable end) {
        if (step.state == Step.State.OVER) {
            end.run();
        } else {
            step.endOfLimit = end;
        }
    }

    /** Ends all that the same party had begun before, too. */
    synchronized void endUpTo(Step step, Free free) {
        for (Step oldest; step.state == Step.State.BEGUN && (oldest = step.party.pending.peek()) != null;) {
            end(oldest, free);
        }
    }

    private void forgetIfIdle(Party party) {
        if (party.pending.isEmpty() && party.last == null) {
            parties.remove(party.key, party);
        }
    }

    /**
     * @param way run for each stage of its way
     * @param awaited gets what it is the first to wait for; with room for one step of each party
     */
    synchronized Held hold(EventLoop loop, long bytes, Runnable send, boolean publishes, Consumer<Held> way,
            Collection<?> keys, List<Step> awaited) {
        List<Party> mine = new ArrayList<>(keys.size());
        Held command = new Held(loop, bytes, send, publishes, way, mine);
        try {
            keys.forEach(key -> mine.add(party(key)));
            makeRoom(command);
        } catch (Throwable e) {
            mine.forEach(this::forgetIfIdle);
            throw e;
        }
        for (int i = 0; i < mine.size(); i++) {
            Party party = mine.get(i);
            if (party.last != null) {
                party.last.behind.add(command);
                command.missing++;
            }
            party.last = command;
        }
        waitForPending(command, awaited);
        held++;
        return command;
    }

    /** There may be no memory for a place behind something: then nothing has been changed yet. */
    private static void makeRoom(Held command) {
        int places = command.parties.size();
        for (Party party : command.parties) {
            if (party.last != null) {
                party.last.behind.ensureCapacity(party.last.behind.size() + places);
            }
            if (!party.pending.isEmpty()) {
                Step latest = party.pending.getLast();
                latest.behind.ensureCapacity(latest.behind.size() + places);
            }
        }
    }

    private void waitForPending(Held command, List<Step> awaited) {
        for (int i = 0; i < command.parties.size(); i++) {
            Step latest = command.parties.get(i).pending.peekLast();
            if (command.publishes && latest != null) {
                latest.behind.add(command);
                command.missing++;
                if (!latest.awaited) {
                    latest.awaited = true;
                    awaited.add(latest);
                }
            }
        }
    }

    /** One of the things that it waits for has come. @return whether there are no others */
    synchronized boolean meet(Held command) {
        return --command.missing == 0;
    }

    private static void meet(List<Held> waiting, Free free) {
        for (int i = 0; i < waiting.size(); i++) {
            Held command = waiting.get(i);
            if (--command.missing == 0) {
                free.add(command);
            }
        }
    }

    /**
     * Looks once more, when everything has come that it waited for, what has been begun by then.
     *
     * @return whether it has to wait for something of that
     */
    synchronized boolean mustWaitAgain(Held command, List<Step> awaited) {
        if (command.looked) {
            return false;
        }
        command.looked = true;
        makeRoom(command);
        waitForPending(command, awaited);
        return command.missing > 0;
    }

    /** It has been sent: only now, so that what its party sends until then is held behind it. */
    synchronized void release(Held sent, Free free) {
        held--;
        for (int i = 0; i < sent.parties.size(); i++) {
            Party party = sent.parties.get(i);
            if (party.last == sent) {
                party.last = null;
                forgetIfIdle(party);
            }
        }
        meet(sent.behind, free);
    }
}
