package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link CommandQueue} side by side with {@link ArrayDeque}. */
class CommandQueueTest {

    private final CommandQueue queue = new CommandQueue();
    private final Deque<PendingCommand> model = new ArrayDeque<>();
    private int made;

    /** @param growth of 100, how often something is added in one phase, and taken in the next, so that it grows and empties */
    @ParameterizedTest
    @ValueSource(ints = { 50, 55, 70, 95 })
    void itIsADeque(int growth) {
        SplittableRandom random = new SplittableRandom(growth);
        for (int i = 0; i < 100_000; i++) {
            boolean growing = i / 700 % 2 == 0;
            boolean add = random.nextInt(100) < growth == growing;
            boolean first = random.nextInt(4) == 0;
            if (add && first) {
                PendingCommand command = command();
                queue.addFirst(command);
                model.addFirst(command);
            } else if (add) {
                addLast();
            } else if (first) {
                assertSame(model.pollLast(), queue.pollLast());
            } else {
                assertSame(model.pollFirst(), queue.pollFirst());
            }
            assertSame(model.peekFirst(), queue.peekFirst());
            assertEquals(model.size(), queue.size());
            assertEquals(model.isEmpty(), queue.isEmpty());
            if (i % 1000 == 0) {
                assertSameContent();
            }
        }
        assertSameContent();
    }

    @Test
    void overdueCommandsAreFoundWhereverTheyAre() {
        SplittableRandom random = new SplittableRandom(6);
        for (int round = 0; round < 2000; round++) {
            CommandQueue timed = new CommandQueue();
            List<PendingCommand> all = new ArrayList<>();
            long start = round % 3 == 0 ? Long.MAX_VALUE - 50 : random.nextLong();
            for (int i = random.nextInt(100); i > 0; i--) {
                PendingCommand command = command();
                if (random.nextInt(4) == 0) {
                    command.mayTakeForEver();
                } else {
                    command.mustEndBy(start + random.nextInt(100));
                }
                if (random.nextInt(5) == 0) {
                    timed.addFirst(command);
                    all.add(0, command);
                } else {
                    timed.addLast(command);
                    all.add(command);
                }
            }
            for (int step = 0; step < 5; step++) {
                long now = start + random.nextInt(120);
                List<PendingCommand> expected = all.stream().filter(command -> command.isOverdue(now)).toList();
                assertEquals(expected, timed.overdue(now));
                if (random.nextBoolean()) {
                    assertEquals(expected, content(timed.takeOverdue(now)));
                    all.removeAll(expected);
                } else {
                    expected.forEach(command -> command.settle());
                    expected.forEach(command -> timed.takeOverdue(now));
                    all.removeAll(expected);
                }
                assertEquals(all, content(timed));
            }
        }
    }

    private static List<PendingCommand> content(CommandQueue queue) {
        List<PendingCommand> content = new ArrayList<>();
        queue.forEach(content::add);
        return content;
    }

    /** The ring is full with its head at every position, so that what is moved is wrapped in every way. */
    @Test
    void itGrowsWhereverItsHeadIs() {
        for (int head = 0; head < 64; head++) {
            CommandQueue wrapped = new CommandQueue();
            for (int i = 0; i < head; i++) {
                wrapped.addLast(new FakeCommand(-1));
                wrapped.pollFirst();
            }
            for (int i = 0; i < 200; i++) {
                wrapped.addLast(new FakeCommand(i));
            }
            for (int i = 0; i < 200; i++) {
                assertEquals(i, ((FakeCommand) wrapped.get(i)).number);
            }
            for (int i = 0; i < 200; i++) {
                assertEquals(i, ((FakeCommand) wrapped.pollFirst()).number);
            }
            // Once around the ring, in which nothing may have been left.
            for (int i = 0; i < 300; i++) {
                assertNull(wrapped.pollFirst());
                wrapped.addLast(new FakeCommand(i));
                assertEquals(i, ((FakeCommand) wrapped.pollFirst()).number);
            }
        }
    }

    @Test
    void withoutMemoryForThemNoneAreTakenOut() {
        for (int i = 0; i < 10; i++) {
            addLast();
        }
        int[] asked = { 0 };
        assertThrows(OutOfMemoryError.class, () -> queue.takeIf(command -> {
            if (++asked[0] == 5) {
                throw new OutOfMemoryError("by hand");
            }
            return true;
        }));
        assertSameContent();
    }

    @Test
    void someAreTakenOutAndTheOthersStayInOrder() {
        for (int i = 0; i < 200; i++) {
            addLast();
        }
        List<PendingCommand> even = model.stream().filter(command -> ((FakeCommand) command).number % 2 == 0).toList();
        assertEquals(even, content(queue.takeIf(even::contains)));
        model.removeAll(even);
        assertSameContent();
    }

    /** The rings are of several sizes, and wrapped in several ways. */
    @Test
    void allAreMovedInOrderToEitherEnd() {
        for (int head = 0; head < 64; head += 7) {
            for (int more : new int[] { 0, 1, 63, 64, 65, 500 }) {
                CommandQueue all = wrapped(head, 40);
                CommandQueue others = wrapped(64 - head, more);
                List<PendingCommand> expected = new ArrayList<>(content(all));
                List<PendingCommand> moved = content(others);
                if (head % 2 == 0) {
                    all.addAllLast(others);
                    expected.addAll(moved);
                } else {
                    all.addAllFirst(others);
                    expected.addAll(0, moved);
                }
                assertEquals(expected, content(all));
                assertTrue(others.isEmpty());
                assertEquals(expected, content(all.takeAll()));
                assertTrue(all.isEmpty());
            }
        }
    }

    @Test
    void movingAllIntoAnEmptyQueueNeedsNoMemory() throws ReflectiveOperationException {
        for (int more : new int[] { 0, 1, 500 }) {
            for (boolean first : new boolean[] { true, false }) {
                CommandQueue others = wrapped(7, more);
                List<PendingCommand> moved = content(others);
                PendingCommand[] before = ring(others);
                CommandQueue all = new CommandQueue();
                if (first) {
                    all.addAllFirst(others);
                } else {
                    all.addAllLast(others);
                }
                assertEquals(moved, content(all));
                assertSame(before, ring(all));
                assertTrue(others.isEmpty());
            }
        }
    }

    @Test
    void withoutMemoryToMoveThemAllStayWhereTheyAre() throws ReflectiveOperationException {
        addLast();
        CommandQueue others = wrapped(7, 500);
        List<PendingCommand> stay = content(others);
        ScarceQueue.during(queue, () -> assertThrows(RuntimeException.class, () -> queue.addAllFirst(others)));
        ScarceQueue.during(queue, () -> assertThrows(RuntimeException.class, () -> queue.addAllLast(others)));
        assertEquals(stay, content(others));
        assertSameContent();
    }

    @Test
    void whoThrowsWhenGivenACommandGetsThoseBehindItAndTheCommandFails() {
        for (int i = 0; i < 3; i++) {
            addLast();
        }
        List<PendingCommand> given = new ArrayList<>();
        queue.handTo(command -> {
            given.add(command);
            if (given.size() == 2) {
                throw new OutOfMemoryError("by hand");
            }
        });
        assertEquals(List.copyOf(model), given);
        assertEquals(List.of(0, 1, 0), given.stream().map(command -> ((FakeCommand) command).taken.get()).toList());
    }

    @Test
    void eachIsReplacedInItsPlaceAndWithItsDeadline() {
        CommandQueue replaced = wrapped(60, 10);
        List<PendingCommand> others = new ArrayList<>();
        replaced.replaceAll(command -> {
            PendingCommand other = command();
            other.mustEndBy(others.size());
            others.add(other);
            return other;
        });
        assertEquals(others, content(replaced));
        assertEquals(others.subList(0, 4), content(replaced.takeOverdue(3)));
    }

    private CommandQueue wrapped(int head, int size) {
        CommandQueue wrapped = new CommandQueue();
        for (int i = 0; i < head; i++) {
            wrapped.addLast(new FakeCommand(-1));
            wrapped.pollFirst();
        }
        for (int i = 0; i < size; i++) {
            wrapped.addLast(command());
        }
        return wrapped;
    }

    @Test
    void anEmptyQueueHasNothing() {
        assertNull(queue.peekFirst());
        assertNull(queue.pollFirst());
        assertNull(queue.pollLast());
        assertTrue(queue.isEmpty());
        addLast();
        queue.pollLast();
        assertNull(queue.peekFirst());
        assertNull(queue.pollFirst());
        assertEquals(0, queue.size());
    }

    @Test
    void theMemoryOfABurstIsGivenBack() throws ReflectiveOperationException {
        for (int i = 0; i < 100_000; i++) {
            addLast();
        }
        assertEquals(131_072, capacity());
        for (int i = 0; i < 99_999; i++) {
            assertSame(model.pollFirst(), queue.pollFirst());
        }
        assertEquals(131_072, capacity(), "Not before it is empty");
        assertSame(model.pollFirst(), queue.pollFirst());
        assertEquals(64, capacity());

        for (int i = 0; i < 1000; i++) {
            addLast();
        }
        assertSameContent();
    }

    @Test
    void theMemoryOfUsualLoadIsKept() throws ReflectiveOperationException {
        for (int i = 0; i < 4096; i++) {
            addLast();
        }
        while (!queue.isEmpty()) {
            queue.pollFirst();
        }
        assertEquals(4096, capacity());
    }

    @Test
    void whatIsTakenIsNotHeldOnTo() throws ReflectiveOperationException {
        for (int i = 0; i < 50; i++) {
            addLast();
        }
        for (int i = 0; i < 25; i++) {
            queue.pollFirst();
            queue.pollLast();
        }
        for (PendingCommand command : ring(queue)) {
            assertNull(command);
        }
    }

    private void addLast() {
        PendingCommand command = command();
        queue.addLast(command);
        model.addLast(command);
    }

    private PendingCommand command() {
        return new FakeCommand(made++);
    }

    private void assertSameContent() {
        Iterator<PendingCommand> expected = model.iterator();
        for (int i = 0; i < model.size(); i++) {
            assertSame(expected.next(), queue.get(i));
        }
    }

    private int capacity() throws ReflectiveOperationException {
        return ring(queue).length;
    }

    private static PendingCommand[] ring(CommandQueue queue) throws ReflectiveOperationException {
        Field ring = CommandQueue.class.getDeclaredField("ring");
        ring.setAccessible(true);
        return (PendingCommand[]) ring.get(queue);
    }
}
