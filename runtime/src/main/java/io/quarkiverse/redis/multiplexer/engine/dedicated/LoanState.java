package io.quarkiverse.redis.multiplexer.engine.dedicated;

/**
 * The states of a dedicated connection between its pool and its borrowers. These are all transitions:
 *
 * <pre>
 * from        to          when
 * OPENING     IDLE        the server has let us in
 * IDLE        LENT        somebody borrows it
 * LENT        RETURNING   its borrower submits nothing more
 * LENT        DISCARDED   its borrower does without it, because it is not to the right server any more
 * RETURNING   IDLE        all has been answered, and nothing of the borrower is left on it
 * RETURNING   DISCARDED   all has been answered, and something is left; or it is not to the right server any more
 * any other   CLOSED      the connection has ended
 * </pre>
 */
enum LoanState {
    /** The pool does not have it yet. */
    OPENING,
    /** In the pool. */
    IDLE,
    /** A borrower has it, and may submit commands. */
    LENT,
    /** Commands of its borrower are being answered, the last ones. */
    RETURNING,
    /** It is being closed, and nobody gets it any more. */
    DISCARDED,
    CLOSED;

    /** Whether the table above has this transition. */
    boolean canBecome(LoanState next) {
        return switch (next) {
            case OPENING -> false;
            case IDLE -> this == OPENING || this == RETURNING;
            case LENT -> this == IDLE;
            case RETURNING -> this == LENT;
            case DISCARDED -> this == LENT || this == RETURNING;
            case CLOSED -> this != CLOSED;
        };
    }
}
