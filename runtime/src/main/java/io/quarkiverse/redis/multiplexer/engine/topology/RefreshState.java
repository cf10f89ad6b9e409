package io.quarkiverse.redis.multiplexer.engine.topology;

/**
 * The states of what keeps a cluster's map up to date. These are all transitions:
 *
 * <pre>
 * from        to          when
 * UNSTARTED   ASKING      somebody wants to know the cluster for the first time
 * ASKING      RESTING     the survey has ended, with or without an answer
 * RESTING     ASKING      it is time for the next survey
 * any other   CLOSED      the client ends
 * </pre>
 */
enum RefreshState {
    /** Nobody has needed it yet. */
    UNSTARTED,
    /** A survey runs, and no other begins. */
    ASKING,
    /** The next survey is planned. */
    RESTING,
    CLOSED;

    /** Whether the table above has this transition. */
    boolean canBecome(RefreshState next) {
        return switch (next) {
            case UNSTARTED -> false;
            case ASKING -> this == UNSTARTED || this == RESTING;
            case RESTING -> this == ASKING;
            case CLOSED -> this != CLOSED;
        };
    }
}
