package io.quarkiverse.redis.multiplexer.engine.topology;

/** The nodes of a cluster that one command is about, where its keys do not tell. */
enum Scope {
    /** One primary, whichever; all would answer alike, or about themselves. */
    ANYWHERE,
    /** The owner of the slot that the first argument would have as a key, so that what has it in common keeps its order. */
    AS_BY_KEY,
    /** The owner of the slot whose number is behind the subcommand. */
    NAMED_SLOT,
    EVERY_PRIMARY,
    /** Every primary and every replica. */
    EVERY_NODE,
    /** Every primary; and every replica, but without one that cannot be asked or refuses it goes as well. */
    EVERY_NODE_IF_POSSIBLE,
    /** One shard after the other, as the cursor tells. */
    SCAN
}
