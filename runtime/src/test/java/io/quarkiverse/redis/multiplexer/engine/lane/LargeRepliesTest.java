package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LargeRepliesTest {

    private final LargeReplies large = new LargeReplies();

    @Test
    void theLatestSizeIsRemembered() {
        assertTrue(large.isEmpty());
        large.put(7, 300_000);
        large.put(7, 5_000_000_000L);
        assertEquals(5_000_000_000L, large.bytes(7));
        assertEquals(0, large.bytes(8));
        assertFalse(large.isEmpty());
    }

    @Test
    void whatIsRemovedIsForgotten() {
        large.put(7, 300_000);
        // In the same place.
        large.remove(7 + 256);
        assertEquals(300_000, large.bytes(7));
        large.remove(7);
        large.remove(7);
        assertEquals(0, large.bytes(7));
        assertTrue(large.isEmpty());
    }

    @Test
    void newReadsTakeThePlaceOfOldOnes() {
        for (int read = 1; read < 100_000; read++) {
            large.put(read, read);
            assertEquals(read, large.bytes(read));
        }
        for (int read = 1; read < 100_000; read++) {
            large.remove(read);
        }
        assertTrue(large.isEmpty());
    }
}
