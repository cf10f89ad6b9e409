package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.CompletionException;

/** What went wrong, in words. */
final class Failures {

    private static final int LONGEST = 160;

    private Failures() {
    }

    /** Without what stages of a computation wrap it in. */
    static Throwable cause(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }

    static String words(Throwable failure) {
        String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return failure.getClass().getSimpleName() + ": " + line.substring(0, Math.min(line.length(), LONGEST));
    }
}
