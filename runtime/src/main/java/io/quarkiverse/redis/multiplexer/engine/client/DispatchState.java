package io.quarkiverse.redis.multiplexer.engine.client;

/**
 * Where the commands of a connection go that a client has given. These are all transitions:
 *
 * <pre>
 * from          to             when
 * SHARED        PROMOTING      a command needs a connection of its own
 * PROMOTING     DEDICATED      there is one, and all that waited for it has been passed on to it
 * PROMOTING     BROKEN         there was none to be had, or it was lost at once
 * DEDICATED     SHARED         nothing of the caller is on it, and it is not to the right server any more, or the next
 *                              command may be for another one
 * DEDICATED     BROKEN         it was lost
 * </pre>
 */
enum DispatchState {

    /** Commands run on a lane, always the same; nothing is held. */
    SHARED,

    /**
     * A command and all after it wait for a connection of their own, and for the answers to what is on the lane, so that the
     * order of commands is kept.
     */
    PROMOTING,

    /** All commands run on a dedicated connection. */
    DEDICATED,

    /** What the caller had built up is lost (a transaction, a selected database): commands fail until the caller closes. */
    BROKEN;

    /** Whether the table above has this transition. */
    boolean canBecome(DispatchState next) {
        return switch (next) {
            case SHARED -> this == DEDICATED;
            case PROMOTING -> this == SHARED;
            case DEDICATED -> this == PROMOTING;
            case BROKEN -> this == PROMOTING || this == DEDICATED;
        };
    }
}
