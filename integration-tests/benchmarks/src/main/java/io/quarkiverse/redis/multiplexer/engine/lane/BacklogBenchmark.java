package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

import io.netty.channel.DefaultEventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** The ways of a command into a lane, without a socket: the queue on its event loop, and the arrivals from other threads. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BacklogBenchmark {

    private static final int TURN = 64;

    private final CommandQueue queue = new CommandQueue();
    private PendingCommand command;
    private DefaultEventLoop loop;
    private Arrivals arrivals;

    @Setup
    public void setUp() {
        command = new SingleCommand(Request.cmd(Command.PING), Promise.promise(), CommandReport.NONE);
        loop = new DefaultEventLoop();
        // Nothing is drained but by the benchmark itself, so only the way through the queue is measured, and no wake-up.
        arrivals = new Arrivals(loop, () -> {
        }, refused -> {
            throw new IllegalStateException("refused");
        }, (rejected, cause) -> {
            throw new IllegalStateException("rejected", cause);
        });
    }

    @TearDown
    public void tearDown() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** A turn's worth of commands in, and out again. */
    @Benchmark
    @OperationsPerInvocation(TURN)
    public void throughTheQueue(Blackhole taken) {
        for (int i = 0; i < TURN; i++) {
            queue.addLast(command);
        }
        for (int i = 0; i < TURN; i++) {
            taken.consume(queue.pollFirst());
        }
    }

    /** A turn's worth of commands from another thread, with one wake-up. */
    @Benchmark
    @OperationsPerInvocation(TURN)
    public void throughTheArrivals(Blackhole taken) {
        for (int i = 0; i < TURN; i++) {
            arrivals.offer(command, Integer.MAX_VALUE);
        }
        arrivals.drainTo(taken::consume);
    }
}
