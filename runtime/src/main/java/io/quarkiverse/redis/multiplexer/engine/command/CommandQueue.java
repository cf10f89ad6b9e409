package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A queue of commands in a ring that grows by doubling and shrinks when it is emptied. Unlike {@link java.util.ArrayDeque} it
 * lets look at any position, which is how commands in flight are failed without losing their place.
 * <p>
 * It knows how early the earliest deadline of its commands can be, so that overdue ones are found wherever they are, and
 * without looking at each again and again. A command must have its deadline when it is added. If there is no memory to
 * add one, nothing has changed. Not thread-safe.
 */
public final class CommandQueue {

    private static final int INITIAL_CAPACITY = 64;
    /** A ring larger than this is given back when it is empty: a burst must not be paid for ever after. */
    private static final int RETAINED_CAPACITY = 4096;

    private PendingCommand[] ring = new PendingCommand[INITIAL_CAPACITY];
    private int head;
    private int size;
    private final EarliestDeadline earliest = new EarliestDeadline();

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public void addLast(PendingCommand command) {
        growIfFull();
        ring[head + size++ & ring.length - 1] = command;
        earliest.note(command);
    }

    public void addFirst(PendingCommand command) {
        growIfFull();
        head = head - 1 & ring.length - 1;
        ring[head] = command;
        size++;
        earliest.note(command);
    }

    /** @return {@code null} if empty */
    public PendingCommand peekFirst() {
        return ring[head];
    }

    /** @param index 0 is the first */
    public PendingCommand get(int index) {
        return ring[head + index & ring.length - 1];
    }

    /** @return {@code null} if empty */
    public PendingCommand pollFirst() {
        PendingCommand command = ring[head];
        if (command != null) {
            ring[head] = null;
            head = head + 1 & ring.length - 1;
            if (--size == 0) {
                earliest.clear();
                shrink();
            }
        }
        return command;
    }

    /** @return {@code null} if empty */
    PendingCommand pollLast() {
        if (size == 0) {
            return null;
        }
        int last = head + --size & ring.length - 1;
        PendingCommand command = ring[last];
        ring[last] = null;
        return command;
    }

    /** Moves all commands of {@code others} to the head of this queue, in their order. */
    public void addAllFirst(CommandQueue others) {
        for (PendingCommand command; (command = others.pollLast()) != null;) {
            addFirst(command);
        }
    }

    public void forEach(Consumer<PendingCommand> action) {
        for (int i = 0; i < size; i++) {
            action.accept(get(i));
        }
    }

    /** What is in it now, in order. */
    public List<PendingCommand> snapshot() {
        List<PendingCommand> all = new ArrayList<>(size);
        forEach(all::add);
        return all;
    }

    public int count(Predicate<PendingCommand> predicate) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += predicate.test(get(i)) ? 1 : 0;
        }
        return count;
    }

    /** Empties the queue. @return what was in it, in order */
    public CommandQueue takeAll() {
        CommandQueue all = new CommandQueue();
        for (PendingCommand command; (command = pollFirst()) != null;) {
            all.addLast(command);
        }
        return all;
    }

    /** Empties the queue, then fails what was in it. */
    public void failAll(Throwable cause) {
        takeAll().forEach(command -> command.fail(cause));
    }

    /** Takes out the commands that are overdue; the others keep their order. @return those that were, in order */
    public CommandQueue takeOverdue(long now) {
        CommandQueue overdue = new CommandQueue();
        if (earliest.mayHavePassed(now)) {
            earliest.clear();
            for (int left = size; left > 0; left--) {
                PendingCommand command = pollFirst();
                (command.isOverdue(now) ? overdue : this).addLast(command);
            }
        }
        return overdue;
    }

    /** Takes out the commands that match; the others keep their order. @return those that did, in order */
    public CommandQueue takeIf(Predicate<PendingCommand> condition) {
        CommandQueue taken = new CommandQueue();
        for (int left = size; left > 0; left--) {
            PendingCommand command = pollFirst();
            (condition.test(command) ? taken : this).addLast(command);
        }
        return taken;
    }

    /** The commands that are overdue and whose callers wait for them, in order. They stay where they are. */
    public List<PendingCommand> overdue(long now) {
        if (!earliest.mayHavePassed(now)) {
            return List.of();
        }
        earliest.clear();
        List<PendingCommand> overdue = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            PendingCommand command = get(i);
            if (command.isSettled()) {
                continue;
            }
            earliest.note(command);
            if (command.isOverdue(now)) {
                overdue.add(command);
            }
        }
        return overdue;
    }

    private void shrink() {
        if (ring.length > RETAINED_CAPACITY) {
            try {
                ring = new PendingCommand[INITIAL_CAPACITY];
                head = 0;
            } catch (OutOfMemoryError e) {
                // The next time, then. Who takes a command must get it.
                return;
            }
        }
    }

    private void growIfFull() {
        if (size == ring.length) {
            PendingCommand[] larger = Arrays.copyOf(ring, ring.length * 2);
            // What had wrapped around to the start of the ring follows on from its end now.
            System.arraycopy(ring, 0, larger, ring.length, head);
            Arrays.fill(larger, 0, head, null);
            ring = larger;
        }
    }
}
