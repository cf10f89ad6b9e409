package io.quarkiverse.redis.multiplexer.test;

import java.io.PrintWriter;
import java.time.Duration;

/** Tells a person how far the run is. */
public final class Progress {

    private final PrintWriter out;
    private final long begin = System.nanoTime();

    public Progress(PrintWriter out) {
        this.out = out;
    }

    public void tell(String format, Object... arguments) {
        long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
        out.printf("%4d s  %s%n", seconds, String.format(format, arguments));
        out.flush();
    }
}
