package io.quarkiverse.redis.multiplexer.engine.topology;

/**
 * The states of a replica, as far as reads from it are concerned. These are all transitions:
 *
 * <pre>
 * from       to       when
 * UNPROVED   FIT      it says that it has its primary's data
 * UNPROVED   UNFIT    it says that it has not, or there is no answer in time
 * FIT        UNFIT    the same, or there is other evidence against it
 * UNFIT      FIT      it says, asked later than that, that it has its primary's data
 * </pre>
 */
enum ReplicaState {

    /** It has not answered yet. */
    UNPROVED,
    /** Reads may go to it. */
    FIT,
    /** No read goes to it. */
    UNFIT;

    /** Whether the table above has this transition. */
    boolean canBecome(ReplicaState next) {
        return next != this && next != UNPROVED;
    }
}
