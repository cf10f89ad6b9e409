package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.sun.management.ThreadMXBean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/** {@link RespDecoder} and a peer that wants to exhaust our memory or our time, or to confuse us. */
class HostilePeerTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SMALL = 256 * 1024;
    private static final String TOO_DEEP = "skipped: it nests deeper than 32 (quarkus.redis.max-nested-arrays)";
    /** The beginning of a reply of which nothing is kept. */
    private static final String SKIPPING = "*9\r\n#x\r\n";

    /** Nothing tells where the next reply would start. */
    @ParameterizedTest
    @ValueSource(strings = { "*9223372036854775807\r\n", "%9223372036854775807\r\n", "%4611686018427387904\r\n",
            "%4611686018427387905\r\n", "|4611686018427387905\r\n", "%-9223372036854775808\r\n", "*1099511627777\r\n",
            "$9223372036854775807\r\n", "$18446744073709551619\r\n", "$1099511627777\r\n", "=1099511627777\r\n",
            "$-2\r\n", "=-2\r\n", "!-2\r\n", "*-2\r\n", "%-2\r\n", "~-2\r\n", ">-2\r\n", "|-2\r\n",
            "*1\r\n>1\r\n", "*1\r\n>0\r\n", "|1\r\n>1\r\n", ">1\r\n>1\r\n",
            "$\r\n", "*\r\n", "$1e3\r\n", "$?\r\n", "*?\r\n", "*1a\r\n", "* 1\r\n", "$+\r\n",
            "$3\r\nfoobar\r\n", "$3\r\nfoo\n\r", "!3\r\nfoobar\r\n", "=7\r\ntxt:foobar\r\n", "$0\r\nx\r\n",
            "+OK\rx", "+\r\r\n", ":1\r:2\r\n", "#x\r:2\r\n", "\r\n", "\n", " +OK\r\n", "HTTP/1.1 400 Bad Request\r\n",
            "\u0000", "\u00ff", "?", ".\r\n", ";4\r\n" })
    void whatIsNoRespIsRefused(String wire) {
        assertThrows(RespException.class, () -> Deliveries.of(wire));
        assertThrows(RespException.class, () -> decodeByteByByte(wire));
        // Where all else is skipped, too.
        assertThrows(RespException.class, () -> Deliveries.of(SKIPPING + wire));
        assertThrows(RespException.class, () -> decodeByteByByte(SKIPPING + wire));
    }

    @ParameterizedTest
    @ValueSource(strings = { "*268435456\r\n", "%134217728\r\n", "~268435456\r\n", ">268435456\r\n", "|134217728\r\n",
            "$536870912\r\n", "=536870912\r\n", "!536870912\r\n", "$536870912\r\nabc", "*268435456\r\n:1\r\n:2\r\n",
            "%134217728\r\n+a\r\n:1\r\n", "*2147483647\r\n", "$2147483647\r\n", "%1000000000\r\n", "%4611686018427387905\r\n",
            "*1099511627776\r\n",
            "%1099511627776\r\n", "|1099511627776\r\n", ">1099511627776\r\n", "$1099511627776\r\n", "!1099511627776\r\n" })
    void anAnnouncementTakesLittleMemory(String wire) {
        ByteBuf chunk = Deliveries.chunk(wire);
        // The first call may have classes to load.
        decodeLeniently(chunk.duplicate(), 1);

        long allocated = allocatedBy(() -> decodeLeniently(chunk, 1));

        assertTrue(allocated < SMALL, () -> allocated + " bytes for " + wire);
    }

    @ParameterizedTest
    @ValueSource(strings = { "*1\r\n", "*1000000\r\n", "*1024\r\n", "%1\r\n", "%512\r\n", "~1\r\n", "|1\r\n", "|1\r\n+a\r\n",
            "*1099511627776\r\n", "*2\r\n$-1\r\n" })
    void aNestingBombTakesLittleMemory(String level) {
        ByteBuf chunk = Deliveries.chunk(level.repeat(100_000));

        long allocated = allocatedBy(() -> decodeLeniently(chunk, chunk.readableBytes()));

        assertTrue(allocated < SMALL, () -> allocated + " bytes for " + level);
    }

    /** An exception with a stack trace for each would take thousands of times what has been sent. */
    @ParameterizedTest
    @ValueSource(strings = { ",\r\n", ",1-\r\n", ",1e\r\n", ",.\r\n", ",nan(\r\n", ",1.#Q\r\n", "(\r\n", "(x\r\n", "(-\r\n",
            ":x\r\n",
            ":-\r\n", ":99999999999999999999\r\n", "#x\r\n", "=3\r\ntxt\r\n" })
    void valuesThatMakeNoSenseTakeLittleMemory(String wire) {
        int count = 1000;
        ByteBuf chunk = Deliveries.chunk(wire.repeat(count));
        decodeLeniently(chunk.duplicate(), chunk.readableBytes());

        long allocated = allocatedBy(() -> decodeLeniently(chunk, chunk.readableBytes()));

        assertTrue(allocated < count * 1024L, () -> allocated / count + " bytes for " + wire);
    }

    /** However deep: here 100,000 levels, each with all that it announces. */
    @ParameterizedTest
    @CsvSource({ "*1;, ''", "~2;, _;", "%1;, $3;foo;", "*3;:1;, $3;foo;", "%1;+k;, ''", "*3;$5;12345;, =3;txt;",
            "*1;|1;_;%0;, ''", "*1;|2;*1;_;%1;_;_;_;_;, ''" })
    void theReplyBehindANestingBombArrives(String level, String rest) throws RespException {
        String bomb = (level.repeat(100_000) + "_;" + rest.repeat(100_000)).replace(";", "\r\n");

        assertEquals(List.of("Long 1", TOO_DEEP, "Long 2"), Deliveries.of(":1\r\n" + bomb + ":2\r\n").texts());
    }

    @Test
    void nestingIsAllowedUpToTheLimit() throws RespException {
        String open = "*1\r\n".repeat(Deliveries.MAX_NESTING);
        assertEquals(List.of("multi [".repeat(Deliveries.MAX_NESTING) + "Long 1" + "]".repeat(Deliveries.MAX_NESTING)),
                Deliveries.of(open + ":1\r\n").texts());
        assertEquals(List.of(TOO_DEEP), Deliveries.of("*1\r\n" + open + ":1\r\n").texts());
        // Empty aggregates have nothing to nest, and attributes are not built.
        assertEquals(1, Deliveries.of(open + "*0\r\n").texts().size());
        assertEquals(List.of("Long 1"), Deliveries.of("|1\r\n+a\r\n*1\r\n" + open + ":2\r\n:1\r\n").texts());
    }

    @ParameterizedTest
    @ValueSource(strings = { "$", "=", "!", "*", "~", "%", ">", "|", SKIPPING + "$", SKIPPING + "%" })
    void anAnnouncementThatNeverEndsIsCutOff(String start) throws RespException {
        int limit = Lines.MAX_NUMBER + "\r\n".length();
        for (int chunkSize : new int[] { 1, 7, 4096 }) {
            RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, new Deliveries());
            decoder.decode(Deliveries.chunk(start));
            long fed = feedUntilRefused(decoder, Deliveries.chunk("1".repeat(chunkSize)));
            assertTrue(fed > Lines.MAX_NUMBER && fed <= limit + chunkSize, () -> start + " refused after " + fed + " bytes");
        }
    }

    /** It may well be a reply: a script's, or a line of MONITOR. */
    @ParameterizedTest
    @CsvSource({ "+, 1048576", "-, 1048576", "(, 16384", "',', 16384", ":, 64", "#, 64", "_, 64" })
    void aLineThatIsTooLongIsDroppedAsItComes(String type, int limit) throws RespException {
        ByteBuf chunk = Deliveries.chunk("1".repeat(64 * 1024));
        for (String start : new String[] { type, "*2\r\n:1\r\n" + type, "*3\r\n#x\r\n:1\r\n" + type }) {
            Deliveries deliveries = new Deliveries();
            RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, deliveries);
            long allocated = allocatedBy(() -> {
                decoder.decode(Deliveries.chunk(start));
                for (int fed = 0; fed < 32 * 1024 * 1024; fed += chunk.capacity()) {
                    decoder.decode(chunk.readerIndex(0));
                }
            });
            decoder.decode(Deliveries.chunk("\r"));
            assertTrue(decoder.isInReply());
            decoder.decode(Deliveries.chunk("\n:7\r\n"));

            // Room doubles as it fills, and is copied then.
            assertTrue(allocated < SMALL + 8L * limit, () -> allocated + " bytes for " + start);
            assertEquals(2, deliveries.texts().size());
            assertTrue(deliveries.texts().get(0).startsWith("skipped: it has a "), deliveries.texts()::toString);
            assertEquals("Long 7", deliveries.texts().get(1));
        }
    }

    @Test
    void aLineThatNeverEndsIsCutOffInTheEnd() throws RespException {
        ByteBuf chunk = Deliveries.chunk("x".repeat(1024 * 1024));
        RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, new Deliveries());
        decoder.decode(Deliveries.chunk("+"));

        long fed = feedUntilRefused(decoder, chunk);

        assertTrue(fed >= Skip.MAX_LINE_LENGTH && fed <= Skip.MAX_LINE_LENGTH + chunk.capacity(), () -> fed + " bytes");
    }

    /**
     * Whoever scans from the start of the line again for each chunk takes 64 times as long for a line of 8 times the length.
     */
    @Test
    @Timeout(300)
    void aLongLineInSmallChunksTakesTimeThatGrowsWithItsLength() throws RespException {
        long shorter = nanosForLineByteByByte(Lines.MAX_TEXT / 8);
        long longer = nanosForLineByteByByte(Lines.MAX_TEXT);
        assertTrue(longer < 32 * shorter, () -> longer + " ns, and " + shorter + " ns for an eighth");
    }

    /** Of the processor, which the machine may give to others in between. */
    private static long nanosForLineByteByByte(int length) throws RespException {
        // No leak detection: it records every access, which is what would take the time.
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
        ByteBuf chunk = allocator.buffer(1).writeBytes("x".getBytes());
        Deliveries deliveries = new Deliveries();
        RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, deliveries);
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        decoder.decode(Deliveries.chunk("+"));
        for (int fed = 0; fed < length; fed++) {
            decoder.decode(chunk.readerIndex(0));
        }
        decoder.decode(Deliveries.chunk("\r\n"));
        long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        assertEquals(length, deliveries.replies().get(0).toString().length());
        chunk.release();
        assertEquals(0, allocator.metric().usedDirectMemory());
        return nanos;
    }

    @Test
    void aLongBulkStringInSmallChunksTakesMemoryThatGrowsWithItsLength() throws RespException {
        int length = 4 * 1024 * 1024;
        ByteBuf chunk = Deliveries.chunk("x".repeat(1024));
        Deliveries deliveries = new Deliveries();
        RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, deliveries);

        long allocated = allocatedBy(() -> {
            decoder.decode(Deliveries.chunk("$" + length + "\r\n"));
            for (int fed = 0; fed < length; fed += chunk.capacity()) {
                decoder.decode(chunk.readerIndex(0));
            }
        });
        decoder.decode(Deliveries.chunk("\r\n"));

        assertTrue(allocated < 3L * length, () -> allocated + " bytes");
        assertEquals("bulk " + "x".repeat(length), deliveries.texts().get(0));
    }

    private static void decodeByteByByte(String wire) throws RespException {
        RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, new Deliveries());
        ByteBuf bytes = Deliveries.chunk(wire);
        while (bytes.isReadable()) {
            decoder.decode(bytes.readSlice(1));
        }
    }

    private static long feedUntilRefused(RespDecoder decoder, ByteBuf chunk) {
        for (long fed = chunk.capacity();; fed += chunk.capacity()) {
            try {
                decoder.decode(chunk.readerIndex(0));
            } catch (RespException e) {
                return fed;
            }
        }
    }

    /** Decodes what can be decoded, in chunks, and closes the decoder. */
    private static void decodeLeniently(ByteBuf wire, int chunkSize) {
        RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, new Deliveries());
        try {
            while (wire.isReadable()) {
                decoder.decode(wire.readSlice(Math.min(chunkSize, wire.readableBytes())));
            }
        } catch (RespException e) {
            // As well as it may: what matters is the way until there.
        } finally {
            decoder.close();
        }
    }

    /** How many bytes this thread has allocated on the heap. */
    private static long allocatedBy(Action action) {
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        try {
            action.run();
        } catch (RespException e) {
            throw new AssertionError(e);
        }
        return THREADS.getThreadAllocatedBytes(thread) - before;
    }

    private interface Action {
        void run() throws RespException;
    }
}
