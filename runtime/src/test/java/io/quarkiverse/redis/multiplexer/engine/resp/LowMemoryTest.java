package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;

/** {@link RespDecoder} without memory for a reply: that reply is skipped, and the next one is read. */
class LowMemoryTest {

    private static final String REPLIES = ":1\r\n" + "*3\r\n$3\r\nfoo\r\n%1\r\n+key\r\n*1\r\n=5\r\ntxt:a\r\n!3\r\nERR\r\n"
            + ">2\r\n+message\r\n$2\r\nhi\r\n" + "$5\r\nhello\r\n" + ",1.5\r\n" + "(123\r\n" + "-ERR no\r\n" + "+PONG\r\n"
            + "*2\r\n|1\r\n+a\r\n+b\r\n+x\r\n+y\r\n" + ":2\r\n";

    /** Where a value is made, the next one after the other. */
    @Test
    void whateverFindsNoMemoryCostsItsOwnReplyOnly() throws RespException {
        List<String> expected = Deliveries.of(REPLIES).texts();
        for (int chunkSize : new int[] { REPLIES.length(), 64, 16, 7 }) {
            int failures = 0;
            for (boolean failed = true; failed; failures++) {
                Scarcity scarcity = new Scarcity(failures);
                List<String> texts = decode(scarcity, chunkSize);
                failed = scarcity.found < 0;
                assertEquals(expected.size(), texts.size(), texts::toString);
                int others = 0;
                for (int i = 0; i < texts.size(); i++) {
                    boolean push = expected.get(i).startsWith("out of band");
                    boolean skipped = texts.get(i).equals((push ? "skipped out of band: " : "skipped: ") + "on purpose");
                    assertTrue(skipped || texts.get(i).equals(expected.get(i)), texts::toString);
                    others += skipped ? 0 : 1;
                }
                assertEquals(expected.size() - (failed ? 1 : 0), others);
            }
            assertTrue(failures > 3, "There is something to run out of memory for: " + failures);
        }
    }

    private static List<String> decode(Scarcity scarcity, int chunkSize) throws RespException {
        Deliveries deliveries = new Deliveries();
        RespDecoder decoder = new RespDecoder(Deliveries.MAX_NESTING, deliveries);
        for (int from = 0; from < REPLIES.length(); from += chunkSize) {
            String bytes = REPLIES.substring(from, Math.min(REPLIES.length(), from + chunkSize));
            decoder.decode(new Chunk(bytes, scarcity));
        }
        return deliveries.texts();
    }

    /** How often memory is still found. */
    private static final class Scarcity {

        private int found;

        Scarcity(int found) {
            this.found = found;
        }

        void take() {
            if (found-- == 0) {
                throw new OutOfMemoryError("on purpose");
            }
        }
    }

    /** Has no memory for what is made of it. */
    private static final class Chunk extends UnpooledHeapByteBuf {

        private final Scarcity scarcity;

        Chunk(String bytes, Scarcity scarcity) {
            super(UnpooledByteBufAllocator.DEFAULT, bytes.length(), bytes.length());
            this.scarcity = scarcity;
            writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public String toString(int index, int length, Charset charset) {
            scarcity.take();
            return super.toString(index, length, charset);
        }

        @Override
        public ByteBuf readBytes(byte[] target) {
            scarcity.take();
            return super.readBytes(target);
        }

        @Override
        public ByteBuf readBytes(byte[] target, int index, int length) {
            if (length > 0) {
                scarcity.take();
            }
            return super.readBytes(target, index, length);
        }
    }

    @Test
    void whatFollowsAnElementThatFindsNoPlaceIsKnown() throws SkippedReplyException {
        OpenAggregates open = new OpenAggregates(new ReplyLimits(4, 100, 100, 10_000));
        open.begin((byte) '*', 5);
        open.add(BulkString.EMPTY);
        open.begin((byte) '~', 3);
        open.begin((byte) '%', 4);
        open.add(BulkString.EMPTY);
        open.add(BulkString.EMPTY);
        try {
            open.add(new NoMemoryForItAsKey());
        } catch (OutOfMemoryError e) {
            // One value of the map, two more of the set, three more of the array.
            assertEquals(1 + 2 + 3, open.abandon());
            assertTrue(open.isEmpty());
            return;
        }
        throw new AssertionError("there was memory");
    }

    private static final class NoMemoryForItAsKey implements Response {

        @Override
        public ResponseType type() {
            throw new OutOfMemoryError("on purpose");
        }
    }

    /** With a real heap, in a JVM of its own, and without the limit that usually comes first. */
    @Test
    void aReplyLargerThanTheHeapCostsNoOther() throws IOException, InterruptedException {
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx48m",
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), SmallHeap.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, process.waitFor(), output);
        assertEquals(
                "Long 0, OutOfMemoryError, Long 1, OutOfMemoryError, Long 2, OutOfMemoryError, Long 3, OutOfMemoryError, Long 4",
                output.strip());
    }

    static final class SmallHeap {

        private SmallHeap() {
        }

        public static void main(String[] arguments) throws RespException {
            List<String> outcome = new ArrayList<>();
            RespDecoder decoder = new RespDecoder(new ReplyLimits(8, 1 << 30, 1 << 28, Long.MAX_VALUE),
                    new RespDecoder.Handler() {
                        @Override
                        public void onReply(Response reply) {
                            outcome.add(ResponseText.of(reply));
                        }

                        @Override
                        public void onPush(Response push) {
                            throw new AssertionError();
                        }

                        @Override
                        public void onSkippedReply(Throwable reason) {
                            outcome.add(reason.getClass().getSimpleName());
                        }

                        @Override
                        public void onSkippedPush(Throwable reason) {
                            throw new AssertionError(reason);
                        }
                    });
            int count = 3_000_000;
            feed(decoder, ":0\r\n", "$100000000\r\n", "0123456789".repeat(10), 1_000_000, "\r\n");
            feed(decoder, ":1\r\n", "*" + count + "\r\n", "$3\r\nfoo\r\n", count, "");
            feed(decoder, ":2\r\n", "*2\r\n*" + count + "\r\n", ":1234567\r\n", count, "+last\r\n");
            feed(decoder, ":3\r\n", "*" + count + "\r\n", "%1\r\n+key\r\n*0\r\n", count, ":4\r\n");
            System.out.println(String.join(", ", outcome));
        }

        private static void feed(RespDecoder decoder, String before, String start, String part, int parts, String end)
                throws RespException {
            decoder.decode(Deliveries.chunk(before + start));
            ByteBuf chunk = Deliveries.chunk(part.repeat(100));
            for (int fed = 0; fed < parts; fed += 100) {
                decoder.decode(chunk.readerIndex(0));
            }
            decoder.decode(Deliveries.chunk(end));
        }
    }
}
