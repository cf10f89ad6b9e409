package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

import org.junit.jupiter.api.Test;

import com.sun.management.ThreadMXBean;

import io.netty.buffer.ByteBuf;

/**
 * {@link RespDecoder} and input that nobody thought of. Whatever comes, it ends in replies or a {@link RespException}, the
 * same however it is cut, within little memory and without a leak. The seeds are fixed: a failure can be repeated.
 */
class RespDecoderFuzzTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String TYPES = "+-:$*%~>|_#,(!=";
    private static final String ALPHABET = TYPES + "0123456789019\r\n\r\n-+.einft:";
    private static final List<String> VALID = Corpus.all();

    private final Buffers.Source heap = Buffers.HEAP.source();
    private final Buffers.Source direct = Buffers.DIRECT.source();
    private int refused;
    private int replies;

    @Test
    void anyBytesEndWell() {
        decodeAll(1, 60_000, random -> bytes(random, 1 + random.nextInt(40), random.nextBoolean() ? null : ALPHABET));
        assertTrue(refused > 50_000, "Most of it is no RESP: " + refused);
    }

    @Test
    void anyBytesThatStartLikeAReplyEndWell() {
        decodeAll(2, 60_000, random -> {
            StringBuilder wire = new StringBuilder();
            for (int lines = random.nextInt(8); lines >= 0; lines--) {
                wire.append(TYPES.charAt(random.nextInt(TYPES.length())));
                wire.append(random.nextInt(3) == 0 ? bytes(random, random.nextInt(6), ALPHABET) : number(random));
                wire.append("\r\n");
            }
            return wire.toString();
        });
        assertTrue(refused > 10_000 && replies > 10_000, () -> refused + " refused, " + replies + " replies");
    }

    @Test
    void anyChangeToValidInputEndsWell() {
        decodeAll(3, 80_000, random -> {
            StringBuilder wire = new StringBuilder(valid(random)).append(valid(random));
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                mutate(wire, random);
            }
            return wire.append(valid(random)).toString();
        });
        assertTrue(refused > 10_000 && replies > 50_000, () -> refused + " refused, " + replies + " replies");
    }

    private void decodeAll(long seed, int count, Function<SplittableRandom, String> inputs) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            String wire = inputs.apply(random);
            int index = i;
            Outcome whole = decode(heap, wire, wire.length());
            Outcome cut = decode(direct, wire, 1 + random.nextInt(wire.length()));
            assertEquals(whole.deliveries, cut.deliveries, () -> description(seed, index, wire));
            assertEquals(whole.refused, cut.refused, () -> description(seed, index, wire));
            long most = i < 1000 ? Long.MAX_VALUE : 256 * 1024 + 64L * wire.length();
            assertTrue(whole.allocated < most, () -> whole.allocated + " bytes for " + description(seed, index, wire));
            refused += whole.refused ? 1 : 0;
            replies += whole.deliveries.size();
        }
        assertEquals(0, heap.inUse() + direct.inUse());
    }

    /** @param allocated on the heap, in bytes */
    private record Outcome(List<String> deliveries, boolean refused, long allocated) {
    }

    private static Outcome decode(Buffers.Source source, String wire, int chunkSize) {
        Deliveries deliveries = new Deliveries();
        RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, deliveries);
        ByteBuf chunk = source.chunk(wire);
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        boolean refused = false;
        try {
            while (chunk.isReadable() && !refused) {
                ByteBuf part = chunk.readSlice(Math.min(chunkSize, chunk.readableBytes()));
                try {
                    decoder.decode(part);
                } catch (RespException e) {
                    refused = true;
                }
            }
        } finally {
            decoder.close();
            chunk.release();
        }
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        return new Outcome(deliveries.texts(), refused, allocated);
    }

    private static void mutate(StringBuilder wire, SplittableRandom random) {
        int at = random.nextInt(wire.length());
        switch (random.nextInt(6)) {
            case 0 -> wire.setCharAt(at, (char) random.nextInt(256));
            case 1 -> wire.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            case 2 -> wire.deleteCharAt(at);
            case 3 -> wire.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            case 4 -> wire.insert(at, number(random));
            default -> wire.delete(at, Math.min(wire.length(), at + random.nextInt(8)));
        }
        if (wire.isEmpty()) {
            wire.append('+');
        }
    }

    private static String number(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> Long.toString(random.nextLong());
            case 1 -> Integer.toString(random.nextInt());
            case 2 -> Integer.toString(-random.nextInt(3));
            default -> Integer.toString(random.nextInt(4));
        };
    }

    private static String valid(SplittableRandom random) {
        return VALID.get(random.nextInt(VALID.size()));
    }

    /** @param alphabet {@code null} for any bytes */
    private static String bytes(SplittableRandom random, int count, String alphabet) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < count; i++) {
            bytes.append(alphabet == null ? (char) random.nextInt(256) : alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return bytes.toString();
    }

    private static String description(long seed, int index, String wire) {
        return "input " + index + " of seed " + seed + ": " + wire.replace("\r\n", "|");
    }
}
