package io.quarkiverse.redis.multiplexer.faults;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.ThreadMXBean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.quarkiverse.redis.multiplexer.engine.resp.RespDecoder;
import io.quarkiverse.redis.multiplexer.engine.resp.RespException;
import io.vertx.redis.client.Response;

/**
 * What a fuzzer calls with whatever bytes it comes up with. The first one says how the others are cut into chunks. However
 * that is, they end in the same replies, delivered or skipped, and, if they are no RESP, in a {@link RespException}; in no
 * other exception, within
 * little memory, and without a buffer being left.
 */
public final class DecoderFuzzer {

    private static final int MAX_NESTING = 32;
    private static final long FIXED_BYTES = 256 * 1024;
    private static final long BYTES_PER_INPUT_BYTE = 256;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private long refusals;

    /** The same for every input, in what is a static method to Jazzer. */
    private static final class Shared {
        static final DecoderFuzzer INSTANCE = new DecoderFuzzer();
    }

    /** Found by Jazzer by its name. */
    public static void fuzzerTestOneInput(byte[] data) {
        Shared.INSTANCE.accept(data);
    }

    /** @throws IllegalStateException if something is wrong */
    void accept(byte[] data) {
        if (data.length < 2) {
            return;
        }
        int chunk = 1 + (data[0] & 0xff) % (data.length - 1);
        Outcome whole = decodeInLittleMemory(data);
        Outcome cut = decode(data, chunk);
        check(whole.equals(cut), "In chunks of " + chunk + ": " + cut + " instead of " + whole);
        check(allocator.metric().usedDirectMemory() == 0, "A buffer is left");
        refusals += whole.refused ? 1 : 0;
    }

    private Outcome decodeInLittleMemory(byte[] data) {
        long limit = FIXED_BYTES + BYTES_PER_INPUT_BYTE * data.length;
        for (boolean again = false;; again = true) {
            long before = threads.getCurrentThreadAllocatedBytes();
            Outcome outcome = decode(data, data.length);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (allocated < limit) {
                return outcome;
            }
            // The first time may have loaded classes, which Jazzer instruments.
            check(!again, allocated + " bytes allocated");
        }
    }

    long refusals() {
        return refusals;
    }

    private record Outcome(List<String> deliveries, boolean refused) {
    }

    private Outcome decode(byte[] data, int chunkSize) {
        List<String> deliveries = new ArrayList<>();
        RespDecoder decoder = new RespDecoder(MAX_NESTING, new RespDecoder.Handler() {
            @Override
            public void onReply(Response reply) {
                deliveries.add("reply " + reply);
            }

            @Override
            public void onPush(Response push) {
                deliveries.add("push " + push);
            }

            @Override
            public void onSkippedReply(Throwable reason) {
                deliveries.add("skipped reply: " + reason.getMessage());
            }

            @Override
            public void onSkippedPush(Throwable reason) {
                deliveries.add("skipped push: " + reason.getMessage());
            }
        });
        ByteBuf bytes = allocator.buffer(data.length);
        try {
            bytes.writeBytes(data, 1, data.length - 1);
            while (bytes.isReadable()) {
                decoder.decode(bytes.readSlice(Math.min(chunkSize, bytes.readableBytes())));
            }
            return new Outcome(deliveries, false);
        } catch (RespException e) {
            return new Outcome(deliveries, true);
        } finally {
            decoder.close();
            bytes.release();
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
