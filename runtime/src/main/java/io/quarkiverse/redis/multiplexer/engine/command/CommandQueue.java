package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A queue of commands in a ring that grows by doubling and shrinks when it is emptied. Unlike {@link java.util.ArrayDeque} it
 * lets look at any position, which is how commands in flight are failed without losing their place.
 * <p>
 * It knows how early the earliest deadline of its commands can be, so that overdue ones are found wherever they are, and
 * without looking at each again and again. A command must have its deadline when it is added. If there is no memory to
 * add one, to move several or to take some out, nothing has changed. Not thread-safe.
 */
public final class CommandQueue {

    private static final int INITIAL_CAPACITY = 64;
    /** A ring larger than this is given back when it is empty: a burst must not be paid for ever after. */
    private static final int RETAINED_CAPACITY = 4096;

    private PendingCommand[] ring = new PendingCommand[INITIAL_CAPACITY];
    private int head;
    private int size;
    private EarliestDeadline earliest = new EarliestDeadline();

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

    /** The same; what there is no memory for fails. */
    public void addLastOrFail(PendingCommand command) {
        try {
            addLast(command);
        } catch (Throwable e) {
            command.fail(e);
        }
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

    /** Moves all commands of {@code others} to the head of this queue, in their order. If it is empty, that needs no memory. */
    public void addAllFirst(CommandQueue others) {
        if (size == 0) {
            swap(others);
            return;
        }
        makeRoomFor(others.size);
        for (PendingCommand command; (command = others.pollLast()) != null;) {
            addFirst(command);
        }
    }

    /** Moves all commands of {@code others} to the end of this queue, in their order. If it is empty, that needs no memory. */
    public void addAllLast(CommandQueue others) {
        if (size == 0) {
            swap(others);
            return;
        }
        makeRoomFor(others.size);
        for (PendingCommand command; (command = others.pollFirst()) != null;) {
            addLast(command);
        }
    }

    public void forEach(Consumer<PendingCommand> action) {
        for (int i = 0; i < size; i++) {
            action.accept(get(i));
        }
    }

    /** Gives each to {@code taker}: what is in it is nobody else's any more. What that throws, that command fails with. */
    public void handTo(Consumer<PendingCommand> taker) {
        for (int i = 0; i < size; i++) {
            try {
                taker.accept(get(i));
            } catch (Throwable e) {
                get(i).fail(e);
            }
        }
    }

    /** Puts what {@code operator} makes of each in its place. Needs no memory. */
    public void replaceAll(UnaryOperator<PendingCommand> operator) {
        earliest.clear();
        for (int i = 0; i < size; i++) {
            PendingCommand replacement = operator.apply(get(i));
            ring[head + i & ring.length - 1] = replacement;
            earliest.note(replacement);
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

    /** Empties the queue. If there is no memory for that, nothing has changed. @return what was in it, in order */
    public CommandQueue takeAll() {
        CommandQueue all = new CommandQueue();
        swap(all);
        return all;
    }

    /** Each of the two has what was in the other one from now on. Needs no memory. */
    public void swap(CommandQueue other) {
        PendingCommand[] itsRing = other.ring;
        int itsHead = other.head;
        int itsSize = other.size;
        EarliestDeadline itsEarliest = other.earliest;
        other.ring = ring;
        other.head = head;
        other.size = size;
        other.earliest = earliest;
        ring = itsRing;
        head = itsHead;
        size = itsSize;
        earliest = itsEarliest;
    }

    /** Fails what is in it, which is nobody else's any more. Needs no memory. */
    public void failAll(Throwable cause) {
        for (int i = 0; i < size; i++) {
            get(i).fail(cause);
        }
    }

    /** The same, each by what {@code words} makes for it. */
    public void failAll(Function<PendingCommand, Throwable> words) {
        for (int i = 0; i < size; i++) {
            get(i).failBy(words);
        }
    }

    /** Takes out the commands that are overdue; the others keep their order. @return those that were, in order */
    public CommandQueue takeOverdue(long now) {
        return earliest.mayHavePassed(now) ? takeIf(command -> command.isOverdue(now)) : new CommandQueue();
    }

    /** Takes out the commands that match; the others keep their order. @return those that did, in order */
    public CommandQueue takeIf(Predicate<PendingCommand> condition) {
        CommandQueue taken = new CommandQueue();
        for (int i = 0; i < size; i++) {
            if (condition.test(get(i))) {
                taken.addLast(get(i));
            }
        }
        remove(taken);
        return taken;
    }

    /** Takes out those, which are in here, in the same order. Needs no memory. */
    private void remove(CommandQueue others) {
        earliest.clear();
        int removed = 0;
        for (int left = size; left > 0; left--) {
            PendingCommand command = pollFirst();
            if (removed < others.size && command == others.get(removed)) {
                removed++;
            } else {
                addLast(command);
            }
        }
    }

    /** The commands that are overdue and whose callers wait for them, in order. They stay where they are. */
    public List<PendingCommand> overdue(long now) {
        if (!earliest.mayHavePassed(now)) {
            return List.of();
        }
        List<PendingCommand> overdue = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            PendingCommand command = get(i);
            if (!command.isSettled() && command.isOverdue(now)) {
                overdue.add(command);
            }
        }
        earliest.clear();
        for (int i = 0; i < size; i++) {
            if (!get(i).isSettled()) {
                earliest.note(get(i));
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
            grow();
        }
    }

    private void makeRoomFor(int more) {
        while (size + more > ring.length) {
            grow();
        }
    }

    private void grow() {
        PendingCommand[] larger = Arrays.copyOf(ring, ring.length * 2);
        // What had wrapped around to the start of the ring follows on from its end now.
        System.arraycopy(ring, 0, larger, ring.length, head);
        Arrays.fill(larger, 0, head, null);
        ring = larger;
    }
}
