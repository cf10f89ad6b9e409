package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Map;
import java.util.Optional;

/**
 * The arguments of a command that may be executed for each slot by itself: so many in front of the keys, then keys, each with
 * what belongs to it, then what is for all of them.
 *
 * @param before how many there are before the first key
 * @param size how many belong together: a key, and what comes behind it
 * @param behind how many there are behind the last group, if the groups are not counted
 * @param counted whether the only argument before the first key tells the number of groups
 * @param replies how the replies of parts become one
 */
record KeyGroups(int before, int size, int behind, boolean counted, Replies replies) {

    enum Replies {
        /** Each has an element for each group. */
        IN_ORDER,
        /** Numbers. */
        SUM,
        /** All alike. */
        FIRST
    }

    private static final KeyGroups SUMMED_UP = new KeyGroups(0, 1, 0, false, Replies.SUM);

    private static final Map<String, KeyGroups> BY_NAME = Map.of(
            "mget", new KeyGroups(0, 1, 0, false, Replies.IN_ORDER),
            "mset", new KeyGroups(0, 2, 0, false, Replies.FIRST),
            "msetex", new KeyGroups(1, 2, 0, true, Replies.FIRST),
            "del", SUMMED_UP, "unlink", SUMMED_UP, "touch", SUMMED_UP, "exists", SUMMED_UP,
            "json.mget", new KeyGroups(0, 1, 1, false, Replies.IN_ORDER),
            "ts.madd", new KeyGroups(0, 3, 0, false, Replies.IN_ORDER));

    /** @param name in lower case @return empty if one such command must have its keys in one slot */
    static Optional<KeyGroups> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static Map<String, KeyGroups> all() {
        return BY_NAME;
    }
}
