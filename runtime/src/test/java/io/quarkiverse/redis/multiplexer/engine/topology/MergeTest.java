package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link Merge}: one reply of several, in the form of one server's. */
class MergeTest {

    /** Numbers and words, and lists of these. */
    private static Response reply(Object value) {
        if (value instanceof List<?> list) {
            MultiType array = MultiType.create(list.size(), false);
            list.forEach(element -> array.add(reply(element)));
            return array;
        }
        return value instanceof Integer number ? NumberType.create(number.longValue())
                : SimpleStringType.create((String) value);
    }

    private static String merged(Merger merge, Object... replies) {
        return String.valueOf(merge.merge(Stream.of(replies).map(MergeTest::reply).toList()));
    }

    @Test
    void numbers() {
        assertEquals("6", merged(Merge.SUM, 1, 2, 3));
        assertEquals("1", merged(Merge.MIN, 2, 1, 3));
        assertEquals("[0, 1]", merged(Merge.MIN, List.of(0, 1), List.of(1, 2), List.of(1, 1)));
        assertEquals("[]", merged(Merge.MIN, List.of(), List.of()));
        assertThrows(IllegalArgumentException.class, () -> merged(Merge.MIN, List.of(0), List.of(1, 2)));
        assertThrows(IllegalArgumentException.class, () -> merged(Merge.MIN, List.of(0), 1));
        assertThrows(IllegalArgumentException.class, () -> merged(Merge.SUM, 1, "x"));
        assertThrows(ArithmeticException.class, () -> Merge.SUM
                .merge(List.of(NumberType.create(Long.MAX_VALUE), NumberType.create(1L))));
    }

    @Test
    void arrays() {
        assertEquals("[a, b, a]", merged(Merge.CONCATENATED, List.of("a"), List.of(), List.of("b", "a")));
        assertEquals("OK", merged(Merge.CONCATENATED, "OK", "OK"));
        assertEquals("[a, b]", merged(Merge.DISTINCT, List.of("a"), List.of("b", "a")));
        assertThrows(IllegalArgumentException.class, () -> merged(Merge.DISTINCT, List.of("a"), "a"));
    }

    @Test
    void countsOfNames() {
        assertEquals("[a, 3, b, 0, a, 3]",
                merged(Merge.COUNTS, List.of("a", 1, "b", 0, "a", 1), List.of("a", 2, "b", 0, "a", 2)));
        assertEquals("[]", merged(Merge.COUNTS, List.of(), List.of()));
        assertThrows(IllegalArgumentException.class, () -> merged(Merge.COUNTS, List.of("a", "b")));
        assertThrows(IllegalArgumentException.class, () -> merged(Merge.COUNTS, List.of("a", 1), List.of("b", 1)));
        assertThrows(IllegalArgumentException.class, () -> merged(Merge.COUNTS, List.of("a", 1), List.of("a", 1, "b", 1)));
    }

    @Test
    void namesThatAreNoTextDiffer() {
        Response one = BulkType.create(Buffer.buffer(new byte[] { (byte) 0xff }), false);
        Response other = BulkType.create(Buffer.buffer(new byte[] { (byte) 0xfe }), false);
        Response both = Merge.DISTINCT.merge(List.of(Merge.array(List.of(one)), Merge.array(List.of(other, one))));

        assertEquals(2, both.size());
        assertSame(one, both.get(0));
        assertSame(other, both.get(1));
        Response counted = Merge.array(List.of(one, NumberType.create(1L), other, NumberType.create(2L)));
        Response counts = Merge.COUNTS.merge(List.of(counted, counted));
        assertSame(one, counts.get(0));
        assertEquals(2, counts.get(1).toInteger());
        assertSame(other, counts.get(2));
        assertEquals(4, counts.get(3).toInteger());
    }

    @Test
    void oneOfThem() {
        assertEquals("a", merged(Merge.FIRST, "a", "b"));
        assertEquals("a", merged(Merge.ONE_SUCCEEDED, "a", "b"));
        assertEquals("x", String.valueOf(Merge.ANY_THERE.merge(Arrays.asList(null, reply("x"), null))));
        assertNull(Merge.ANY_THERE.merge(Arrays.asList(null, null)));
    }

    @Test
    void theNodeWhereAFunctionIsRunning() {
        assertEquals("[running_script, [name, f], engines, []]", merged(Merge.RUNNING, List.of("running_script", List.of("name",
                "f"), "engines", List.of())));
        MultiType idle = MultiType.create(1, true);
        idle.add(reply("running_script"));
        idle.add(null);
        MultiType busy = MultiType.create(1, true);
        busy.add(reply("running_script"));
        busy.add(reply("f"));
        assertEquals(busy, Merge.RUNNING.merge(List.of(idle, busy, idle)));
        assertEquals(idle, Merge.RUNNING.merge(List.of(idle, idle)));
    }
}
