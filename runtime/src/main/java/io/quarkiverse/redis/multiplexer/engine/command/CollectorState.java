package io.quarkiverse.redis.multiplexer.engine.command;

/**
 * The states of a {@link TransactionCollector}. These are all transitions:
 *
 * <pre>
 * from          to            when
 * NONE          COLLECTING    MULTI is kept
 * NONE          ON_SERVER     MULTI is sent
 * COLLECTING    BROKEN        a command that was to be a part of it has failed
 * COLLECTING    NONE          EXEC, DISCARD, or the end of the connection
 * COLLECTING    ON_SERVER     what is kept is sent, without its end
 * BROKEN        NONE          EXEC, DISCARD, or the end of the connection
 * BROKEN        ON_SERVER     its MULTI is sent, for what comes to be refused by the server, or discarded
 * ON_SERVER     NONE          EXEC, DISCARD or RESET is sent, or the connection is left
 * </pre>
 */
enum CollectorState {

    NONE,
    /** MULTI and what came after it are kept. */
    COLLECTING,
    /** The same, but it must not be executed: something is missing that was to be in it. */
    BROKEN,
    /** MULTI has been sent, so that all else is for the server to judge. */
    ON_SERVER;

    /** Whether the table above has this transition. */
    boolean canBecome(CollectorState next) {
        return switch (next) {
            case NONE -> this != NONE;
            case COLLECTING -> this == NONE;
            case BROKEN -> this == COLLECTING;
            case ON_SERVER -> this != ON_SERVER;
        };
    }
}
