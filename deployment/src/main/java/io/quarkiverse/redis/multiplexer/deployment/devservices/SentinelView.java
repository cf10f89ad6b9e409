package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How one sentinel sees the primary that it watches. Each of them is told by its fields.
 *
 * @param sentinels the others
 */
record SentinelView(Map<String, String> primary, List<Map<String, String>> replicas, List<Map<String, String>> sentinels) {

    static SentinelView of(ServerConnection sentinel, String name) throws IOException {
        return new SentinelView(fields(sentinel.call("SENTINEL", "MASTER", name)),
                all(sentinel.call("SENTINEL", "REPLICAS", name)), all(sentinel.call("SENTINEL", "SENTINELS", name)));
    }

    private static List<Map<String, String>> all(Object reply) {
        return ((List<?>) reply).stream().map(SentinelView::fields).toList();
    }

    private static Map<String, String> fields(Object reply) {
        List<?> words = (List<?>) reply;
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            fields.put(String.valueOf(words.get(i)), String.valueOf(words.get(i + 1)));
        }
        return fields;
    }

    /** Whether all is there: the primary, replicas that it could choose from, and the other sentinels. */
    boolean isWhole(Watch watch) {
        // Flags tell all that is wrong, such as s_down or disconnected.
        return "master".equals(primary.get("flags")) && "master".equals(primary.get("role-reported"))
                && replicas.size() == watch.replicas().size()
                && replicas.stream().allMatch(replica -> "slave".equals(replica.get("flags"))
                        && "ok".equals(replica.get("master-link-status")))
                && sentinels.size() == watch.sentinels().size() - 1
                && sentinels.stream().allMatch(sentinel -> "sentinel".equals(sentinel.get("flags")));
    }
}
