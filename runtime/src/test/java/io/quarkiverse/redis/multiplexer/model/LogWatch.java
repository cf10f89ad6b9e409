package io.quarkiverse.redis.multiplexer.model;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.netty.buffer.PooledByteBufAllocator;
import io.quarkiverse.redis.multiplexer.callback.Misbehaviour;

/** Finds in the log what nobody is told of: exceptions that somebody has caught, and leaked buffers. */
final class LogWatch extends Handler implements AutoCloseable {

    private static final List<Logger> LOGGERS = List.of(Logger.getLogger("io.quarkiverse.redis.multiplexer"),
            Logger.getLogger("io.vertx"), Logger.getLogger("io.netty"));
    private static final String REJECTED = "io.netty.util.concurrent.DefaultPromise.rejectedExecution";
    private static final int ROUNDS = 3;

    private final Queue<String> problems = new ConcurrentLinkedQueue<>();

    LogWatch() {
        LOGGERS.forEach(logger -> logger.addHandler(this));
    }

    @Override
    public void publish(LogRecord entry) {
        // Vert.x closes its network client while it ends the event loops, and Netty logs which of the two was the quicker.
        boolean ofTheEnd = REJECTED.equals(entry.getLoggerName());
        boolean severe = !ofTheEnd && entry.getLevel().intValue() >= Level.WARNING.intValue();
        boolean leak = entry.getMessage() != null && entry.getMessage().startsWith("LEAK");
        if (severe && (leak || entry.getThrown() != null && !isWanted(entry.getThrown()))) {
            problems.add("logged: " + entry.getMessage() + (entry.getThrown() == null ? "" : ": " + entry.getThrown()));
        }
    }

    /** What a misbehaving callback throws, and what there is no memory for. */
    private static boolean isWanted(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (Misbehaviour.WANTED.equals(cause.getMessage()) || cause instanceof OutOfMemoryError) {
                return true;
            }
        }
        return false;
    }

    /** Has the garbage collector find what nobody holds any more, and the leak detector report it. */
    List<String> problems() {
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            for (int j = 0; j < 1000; j++) {
                PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
            }
        }
        return List.copyOf(problems);
    }

    @Override
    public void flush() {
        // Nothing is kept back.
    }

    @Override
    public void close() {
        LOGGERS.forEach(logger -> logger.removeHandler(this));
    }
}
