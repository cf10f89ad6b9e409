package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.EventLoop;

/**
 * Who subscribes and publishes: contexts, and connections. For each of them the subscriptions that have been begun and not
 * ended, in order, and the last of the commands that are held; for each of these how much it waits for, and what waits for it.
 * Someone for whom there is neither is forgotten. Thread-safe.
 */
final class Parties {

    private static final class Party {

        final Object key;
        final Deque<Step> pending = new ArrayDeque<>();
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

    /** A command that is held. */
    static final class Held {

        final EventLoop loop;
        final long bytes;
        final Runnable send;
        final boolean publishes;
        private final List<Party> parties;
        private final ArrayList<Held> behind = new ArrayList<>(1);
        /** For how much it waits; at first, for its own way through the event loop. */
        private int missing = 1;
        private boolean looked;

        private Held(EventLoop loop, long bytes, Runnable send, boolean publishes, List<Party> parties) {
            this.loop = loop;
            this.bytes = bytes;
            this.send = send;
            this.publishes = publishes;
            this.parties = parties;
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
        Step step = new Step(party);
        party.pending.add(step);
        return step;
    }

    private Party party(Object key) {
        return parties.computeIfAbsent(key, Party::new);
    }

    /** Ends what has been begun. @param free gets what has nothing to wait for any more */
    synchronized void end(Step step, Collection<Held> free) {
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
    synchronized void endUpTo(Step step, Collection<Held> free) {
        if (step.state == Step.State.BEGUN) {
            for (Step earlier : step.party.pending) {
                earlier.end();
                if (earlier == step) {
                    break;
                }
            }
            end(step, free);
        }
    }

    private void forgetIfIdle(Party party) {
        if (party.pending.isEmpty() && party.last == null) {
            parties.remove(party.key, party);
        }
    }

    /** @param awaited gets what it is the first to wait for */
    synchronized Held hold(EventLoop loop, long bytes, Runnable send, boolean publishes, Collection<?> keys,
            Collection<Step> awaited) {
        List<Party> mine = new ArrayList<>(keys.size());
        keys.forEach(key -> mine.add(party(key)));
        Held command = new Held(loop, bytes, send, publishes, mine);
        makeRoom(command);
        for (Party party : mine) {
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

    private void waitForPending(Held command, Collection<Step> awaited) {
        for (Party party : command.parties) {
            Step latest = party.pending.peekLast();
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

    private static void meet(List<Held> waiting, Collection<Held> free) {
        for (Held command : waiting) {
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
    synchronized boolean mustWaitAgain(Held command, Collection<Step> awaited) {
        if (command.looked) {
            return false;
        }
        command.looked = true;
        makeRoom(command);
        waitForPending(command, awaited);
        return command.missing > 0;
    }

    /** It has been sent: only now, so that what its party sends until then is held behind it. */
    synchronized void release(Held sent, Collection<Held> free) {
        held--;
        for (Party party : sent.parties) {
            if (party.last == sent) {
                party.last = null;
                forgetIfIdle(party);
            }
        }
        meet(sent.behind, free);
    }
}
