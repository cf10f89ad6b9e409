package io.quarkiverse.redis.multiplexer.engine.resp;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** One request to bytes, and bytes to one reply. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    @Param({ "32", "1024" })
    public int valueBytes;

    private final byte[] key = "value:32:17".getBytes(StandardCharsets.US_ASCII);
    private Request get;
    private Request set;
    private ByteBuf out;
    private ByteBuf bulk;
    private ByteBuf array;
    private RespDecoder decoder;
    private Blackhole replies;

    @Setup
    public void setUp(Blackhole blackhole) {
        replies = blackhole;
        String value = "v".repeat(valueBytes);
        get = Request.cmd(Command.GET).arg(key);
        set = Request.cmd(Command.SET).arg(key).arg(value);
        out = PooledByteBufAllocator.DEFAULT.directBuffer(64 * 1024);
        String encoded = "$" + valueBytes + "\r\n" + value + "\r\n";
        bulk = direct(encoded);
        array = direct("*100\r\n" + encoded.repeat(100));
        decoder = new RespDecoder(32, new RespDecoder.Handler() {
            @Override
            public void onReply(Response reply) {
                replies.consume(reply);
            }

            @Override
            public void onPush(Response push) {
                replies.consume(push);
            }

            @Override
            public void onSkippedReply(Throwable reason) {
                throw new AssertionError(reason);
            }

            @Override
            public void onSkippedPush(Throwable reason) {
                throw new AssertionError(reason);
            }
        });
    }

    private static ByteBuf direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
    }

    @TearDown
    public void tearDown() {
        decoder.close();
        out.release();
        bulk.release();
        array.release();
    }

    /** What a caller allocates himself, to be seen with {@code -prof gc}. */
    @Benchmark
    public Request makeGet() {
        return Request.cmd(Command.GET).arg(key);
    }

    @Benchmark
    public ByteBuf encodeGet() {
        return out.clear().writeBytes(RespEncoder.encode(get));
    }

    @Benchmark
    public ByteBuf encodeSet() {
        return out.clear().writeBytes(RespEncoder.encode(set));
    }

    @Benchmark
    public void decodeBulk() throws RespException {
        decoder.decode(bulk.readerIndex(0));
    }

    @Benchmark
    public void decodeArrayOf100() throws RespException {
        decoder.decode(array.readerIndex(0));
    }
}
