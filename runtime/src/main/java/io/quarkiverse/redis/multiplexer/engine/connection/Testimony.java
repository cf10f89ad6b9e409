package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.function.Predicate;

/**
 * What a server says, asked on one connection, of another one that has fallen silent. "I don't know" and "I don't tell" are
 * {@link #NOTHING}, and so is whatever may not be about the silent connection: a proxy gives its clients numbers of its own, or
 * of connections that they share.
 */
enum Testimony {

    /** It keeps the connection waiting by itself (CLIENT PAUSE, a failover, a module), so that is alive. */
    BLOCKED,
    /** It has nothing to do for the connection: what we have sent has not arrived, or the answers are lost. */
    IDLE,
    /** It does not know the connection. */
    UNKNOWN,
    /** Nothing that proves anything. */
    NOTHING;

    /** Both clocks count whole seconds, and the server's starts when it accepts the connection. */
    private static final long TOLERANCE_SECONDS = 2;
    /** From so many seconds on, which it counts in whole ones, it has certainly been more than one. */
    private static final long IDLE_SECONDS = 2;

    /**
     * The silent connection, as we see it.
     *
     * @param ageSeconds since it was opened
     * @param silentSeconds since something was read on it
     * @param mayHaveRunLast whether a command with this name, in lower case, can be the last one that the server has run on it
     */
    record Silent(long ageSeconds, long silentSeconds, Predicate<String> mayHaveRunLast) {
    }

    static Testimony of(ClientInfo info, Silent connection) {
        return switch (info.presence()) {
            case UNTOLD -> NOTHING;
            case UNKNOWN -> UNKNOWN;
            case KNOWN -> isAbout(connection, info) ? ofKnown(info) : NOTHING;
        };
    }

    private static boolean isAbout(Silent connection, ClientInfo info) {
        long age = info.number("age");
        long idle = info.number("idle");
        return age >= 0 && Math.abs(age - connection.ageSeconds) <= TOLERANCE_SECONDS
                && idle >= 0 && idle <= connection.silentSeconds + TOLERANCE_SECONDS
                && connection.mayHaveRunLast.test(info.command());
    }

    private static Testimony ofKnown(ClientInfo info) {
        if (info.isBlocked()) {
            return BLOCKED;
        }
        String flags = info.text("flags");
        long unparsed = info.number("qbuf");
        long arguments = info.number("argv-mem");
        if (flags.isEmpty() || flags.indexOf('u') >= 0 || unparsed < 0 || arguments < 0) {
            // It has just been unblocked; or the server tells too little.
            return NOTHING;
        }
        // With a part of a request there, which may be large, the rest of it may be on its way.
        boolean nothingToDo = unparsed == 0 && arguments == 0;
        return nothingToDo || info.number("idle") >= IDLE_SECONDS ? IDLE : NOTHING;
    }
}
