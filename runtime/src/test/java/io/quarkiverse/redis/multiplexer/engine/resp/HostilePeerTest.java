package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
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

    @ParameterizedTest
    @ValueSource(strings = { "*2147483647\r\n", "*268435457\r\n", "~2147483647\r\n", ">2147483647\r\n", "%1000000000\r\n",
            "|1000000000\r\n", "%134217729\r\n", "$2147483647\r\n", "$536870913\r\n", "=2147483647\r\n", "!2147483647\r\n",
            "*9223372036854775807\r\n", "%9223372036854775807\r\n", "%4611686018427387904\r\n", "%4611686018427387905\r\n",
            "|4611686018427387905\r\n", "%-9223372036854775808\r\n", "$9223372036854775807\r\n", "$18446744073709551619\r\n",
            "$-2\r\n", "=-1\r\n", "!-1\r\n", "*-2\r\n", "%-1\r\n", "~-1\r\n", ">-1\r\n", "|-1\r\n", ">0\r\n",
            "*1\r\n>1\r\n", "|1\r\n>1\r\n", "$\r\n", "*\r\n", ":\r\n", ":-\r\n", ":+\r\n", ":1a\r\n", ":1-\r\n", ": 1\r\n",
            ":1 \r\n",
            ":9223372036854775808\r\n", ":-9223372036854775809\r\n", ":99999999999999999999\r\n", "$1e3\r\n", "$?\r\n",
            "*?\r\n",
            ",\r\n", ",x\r\n", "(\r\n", "(1.5\r\n", "#\r\n", "#true\r\n", "#x\r\n", "=3\r\ntxt\r\n", "=4\r\ntext\r\n",
            "$3\r\nfoobar\r\n", "$3\r\nfoo\n\r", "!3\r\nfoobar\r\n", "$0\r\nx\r\n", "+OK\rx", "+\r\r\n", ":1\r:2\r\n",
            "\r\n", "\n", " +OK\r\n", "HTTP/1.1 400 Bad Request\r\n", "\u0000", "\u00ff", "?", ".\r\n", ";4\r\n" })
    void whatIsNoRespIsRefused(String wire) {
        assertThrows(RespException.class, () -> Deliveries.of(wire));
    }

    @ParameterizedTest
    @ValueSource(strings = { "*268435456\r\n", "%134217728\r\n", "~268435456\r\n", ">268435456\r\n", "|134217728\r\n",
            "$536870912\r\n", "=536870912\r\n", "!536870912\r\n", "$536870912\r\nabc", "*268435456\r\n:1\r\n:2\r\n",
            "%134217728\r\n+a\r\n:1\r\n", "*2147483647\r\n", "$2147483647\r\n", "%1000000000\r\n", "%4611686018427387905\r\n" })
    void anAnnouncementTakesLittleMemory(String wire) {
        ByteBuf chunk = Deliveries.chunk(wire);
        // The first call may have classes to load.
        decodeLeniently(chunk.duplicate(), 1);

        long allocated = allocatedBy(() -> decodeLeniently(chunk, 1));

        assertTrue(allocated < SMALL, () -> allocated + " bytes for " + wire);
    }

    @ParameterizedTest
    @ValueSource(strings = { "*1\r\n", "*1000000\r\n", "*1024\r\n", "%1\r\n", "%512\r\n", "~1\r\n", "|1\r\n", "|1\r\n+a\r\n" })
    void aNestingBombTakesLittleMemory(String level) {
        ByteBuf chunk = Deliveries.chunk(level.repeat(100_000));
        assertThrows(RespException.class, () -> Deliveries.of(level.repeat(Deliveries.MAX_NESTING + 1)));

        long allocated = allocatedBy(() -> decodeLeniently(chunk, chunk.readableBytes()));

        assertTrue(allocated < SMALL, () -> allocated + " bytes for " + level);
    }

    @Test
    void nestingIsAllowedUpToTheLimit() throws RespException {
        String open = "*1\r\n".repeat(Deliveries.MAX_NESTING);
        assertEquals(List.of("multi [".repeat(Deliveries.MAX_NESTING) + "Long 1" + "]".repeat(Deliveries.MAX_NESTING)),
                Deliveries.of(open + ":1\r\n").texts());
        assertThrows(RespException.class, () -> Deliveries.of("*1\r\n" + open + ":1\r\n"));
        // Empty aggregates have nothing to nest.
        assertEquals(1, Deliveries.of(open + "*0\r\n").texts().size());
    }

    @ParameterizedTest
    @CsvSource({ "+, 1048576", "-, 1048576", "(, 16384", "',', 16384", ":, 64", "$, 64", "=, 64", "!, 64", "*, 64", "~, 64",
            "%, 64",
            ">, 64", "|, 64", "#, 64", "_, 64" })
    void aLineThatNeverEndsIsCutOff(String type, int limit) {
        for (int chunkSize : new int[] { 1, 7, 4096, limit + 1 }) {
            ByteBuf chunk = Deliveries.chunk("1".repeat(chunkSize));
            RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, new Deliveries());
            int fed = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                decoder.decode(Deliveries.chunk(type));
                return feedUntilRefused(decoder, chunk);
            }, () -> type + " in chunks of " + chunkSize);
            assertTrue(fed > limit && fed <= limit + chunkSize, () -> type + " refused after " + fed + " bytes");
        }
    }

    /**
     * Whoever scans from the start of the line again for each chunk takes 64 times as long for a line of 8 times the length.
     */
    @Test
    @Timeout(300)
    void aLongLineInSmallChunksTakesTimeThatGrowsWithItsLength() throws RespException {
        long shorter = nanosForLineByteByByte(RespDecoder.MAX_LINE_LENGTH / 8);
        long longer = nanosForLineByteByByte(RespDecoder.MAX_LINE_LENGTH);
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

    private static int feedUntilRefused(RespDecoder decoder, ByteBuf chunk) {
        for (int fed = chunk.capacity();; fed += chunk.capacity()) {
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
