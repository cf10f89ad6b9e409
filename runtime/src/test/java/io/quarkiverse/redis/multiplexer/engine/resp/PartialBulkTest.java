package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;

class PartialBulkTest {

    private final PartialBulk bulk = new PartialBulk();

    @Test
    void itIsKeptFromItsFirstByteToItsLineEnd() throws RespException {
        String wire = "0123456789\r\n";
        for (int cut = 0; cut <= wire.length(); cut++) {
            bulk.begin((byte) '$', 10);
            assertTrue(bulk.isBegun());
            assertEquals('$', bulk.type());
            boolean complete = bulk.readFrom(Deliveries.chunk(wire.substring(0, cut)));
            assertEquals(cut == wire.length(), complete);
            if (!complete) {
                assertTrue(bulk.readFrom(Deliveries.chunk(wire.substring(cut))));
            }
            assertArrayEquals("0123456789".getBytes(StandardCharsets.US_ASCII), bulk.end());
            assertFalse(bulk.isBegun());
        }
    }

    @Test
    void whatComesBehindItIsLeft() throws RespException {
        bulk.begin((byte) '$', 2);
        ByteBuf in = Deliveries.chunk("ab\r\n+OK\r\n");

        assertTrue(bulk.readFrom(in));
        assertEquals("+OK\r\n", in.toString(StandardCharsets.US_ASCII));
    }

    @Test
    void anEmptyOneHasALineEndOnly() throws RespException {
        bulk.begin((byte) '$', 0);

        assertFalse(bulk.readFrom(Deliveries.chunk("\r")));
        assertTrue(bulk.readFrom(Deliveries.chunk("\n")));
        assertEquals(0, bulk.end().length);
    }

    /** The peer may announce much and send little. */
    @Test
    void itTakesNoMoreMemoryThanWhatHasArrivedIsWorth() throws RespException {
        bulk.begin((byte) '$', Integer.MAX_VALUE / 2);
        bulk.readFrom(Deliveries.chunk("x".repeat(70_000)));

        assertTrue(bulk.end().length <= 140_000);
    }

    @Test
    void itGrowsToItsLengthAndNotBeyond() throws RespException {
        bulk.begin((byte) '$', 100_000);
        bulk.readFrom(Deliveries.chunk("x".repeat(99_999)));
        assertTrue(bulk.readFrom(Deliveries.chunk("y\r\n")));

        byte[] bytes = bulk.end();
        assertEquals(100_000, bytes.length);
        assertEquals('y', bytes[99_999]);
    }

    @Test
    void whatIsDroppedIsReadToItsEndAndNotKept() throws RespException {
        bulk.beginDropping(3);
        assertFalse(bulk.readFrom(Deliveries.chunk("ab")));
        assertTrue(bulk.readFrom(Deliveries.chunk("c\r\n")));

        assertEquals(0, bulk.end().length);
    }

    @Test
    void itCanBeDroppedInItsMiddle() throws RespException {
        bulk.begin((byte) '$', 3);
        bulk.readFrom(Deliveries.chunk("a"));
        bulk.drop();
        assertTrue(bulk.isBegun());

        assertTrue(bulk.readFrom(Deliveries.chunk("bc\r\n")));
        assertEquals(0, bulk.end().length);
    }

    @Test
    void whatIsLongerThanItAnnouncedIsRefused() {
        bulk.begin((byte) '$', 1);
        assertThrows(RespException.class, () -> bulk.readFrom(Deliveries.chunk("ab\r\n")));

        bulk.begin((byte) '$', 1);
        assertThrows(RespException.class, () -> bulk.readFrom(Deliveries.chunk("a\r\r")));
    }
}
