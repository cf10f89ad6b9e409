package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.engine.topology.Policies.Policy;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** {@link Policies} and {@link KeyGroups}, and the tips that real servers give (COMMAND, since Redis 7). */
class PoliciesServerTest {

    private static final String TEXT = "what servers write about themselves in words or figures cannot be one text; "
            + "whoever asks one server gets one server's, as the stock client does";

    /** Tips that are not followed, with the reason. */
    private static final Map<String, String> NOT_FOLLOWED = new TreeMap<>(Map.ofEntries(
            Map.entry("msetnx", "Redis 7.0 has withdrawn it: it writes all keys or none, which parts cannot"),
            Map.entry("ping", "asks whether the client is served; one node's trouble is not that of all applications"),
            Map.entry("client|setname", "concerns the connection that it is sent on, which is never a shared one"),
            Map.entry("client|setinfo", "concerns the connection that it is sent on, which is never a shared one"),
            Map.entry("info", TEXT), Map.entry("memory|doctor", TEXT), Map.entry("memory|malloc-stats", TEXT),
            Map.entry("memory|stats", TEXT), Map.entry("latency|doctor", TEXT), Map.entry("latency|graph", TEXT),
            Map.entry("latency|histogram", TEXT),
            Map.entry("clusterscan", "its cursor tells the slot, so it goes where a key would go")));

    /** What there is no tip for, with the reason. */
    private static final Map<String, String> WITHOUT_TIP = new TreeMap<>(Map.ofEntries(
            Map.entry("publish", "to one node, as is said; which one is decided by the channel, for the order of its messages"),
            Map.entry("save", "one node's data is a part only"), Map.entry("bgsave", "one node's data is a part only"),
            Map.entry("bgrewriteaof", "one node's data is a part only"),
            Map.entry("lastsave", "changes when the last one has been saved"),
            Map.entry("cluster|countkeysinslot", "others than the owner have none"),
            Map.entry("cluster|getkeysinslot", "others than the owner have none"),
            Map.entry("pubsub|channels", "each node knows its own subscribers"),
            Map.entry("pubsub|shardchannels", "each node knows its own subscribers"),
            Map.entry("pubsub|numsub", "each node knows its own subscribers"),
            Map.entry("pubsub|shardnumsub", "each node knows its own subscribers"),
            Map.entry("pubsub|numpat", "each node knows its own subscribers"),
            Map.entry("acl|load", "as ACL SAVE"), Map.entry("acl|log", "each node has its own"),
            Map.entry("module|load", "a module that is not everywhere is a trap"),
            Map.entry("module|loadex", "a module that is not everywhere is a trap"),
            Map.entry("module|unload", "a module that is not everywhere is a trap"),
            Map.entry("client|pause", "clients of a cluster are those of all its nodes"),
            Map.entry("client|unpause", "clients of a cluster are those of all its nodes"),
            Map.entry("json.mget", "of a module, which gives no tips"),
            Map.entry("ts.madd", "of a module, which gives no tips")));

    /** The same in older versions. */
    private static final Set<String> SINCE = Set.of("cluster|slot-stats", "commandlog|get", "commandlog|len",
            "commandlog|reset", "msetex", "waitaof", "acl|setuser", "acl|deluser", "acl|save", "config|set",
            "config|resetstat", "config|rewrite");

    @ParameterizedTest
    @EnumSource(names = { "REDIS_7_0", "REDIS_8_0", "VALKEY_8_0", "VALKEY_9_1" })
    void tipsAreFollowedButForReasons(RedisBinary binary) {
        binary.assumeThere();
        Map<String, List<String>> tips = new TreeMap<>();
        try (RedisServer server = RedisServer.start(binary); RespClient client = server.client()) {
            ((List<?>) client.call("COMMAND")).forEach(command -> collect((List<?>) command, tips));
        }
        Map<String, String> wrong = new TreeMap<>();
        tips.forEach((name, told) -> {
            String ours = ours(name);
            if (!NOT_FOLLOWED.containsKey(name) && !allowed(told, name).contains(ours)) {
                wrong.put(name, ours + " and not " + told);
            }
        });
        assertEquals(Map.of(), wrong);
        assertTrue(tips.size() > 37, tips.toString());

        Set<String> further = new TreeSet<>();
        Policies.all().keySet().forEach(name -> further.add(name.replace(' ', '|')));
        further.addAll(KeyGroups.all().keySet());
        further.removeAll(tips.keySet());
        further.removeAll(SINCE);
        assertEquals(WITHOUT_TIP.keySet(), further);
    }

    private static void collect(List<?> command, Map<String, List<String>> tips) {
        List<String> policies = ((List<?>) command.get(7)).stream().map(String.class::cast)
                .filter(tip -> tip.contains("_policy:")).sorted().toList();
        if (!policies.isEmpty()) {
            tips.put((String) command.get(0), policies);
        }
        ((List<?>) command.get(9)).forEach(subcommand -> collect((List<?>) subcommand, tips));
    }

    private static String ours(String name) {
        Optional<KeyGroups> groups = KeyGroups.of(name);
        if (groups.isPresent()) {
            return "KEYS " + groups.get().replies();
        }
        String[] words = name.split("\\|");
        Policy policy = Policies.of(words[0], words.length > 1 ? words[1] : "");
        return policy.scope() + " " + policy.merge();
    }

    private static Set<String> allowed(List<String> tips, String name) {
        Set<String> allowed = new TreeSet<>();
        for (String scope : scopes(tips.get(0).replaceFirst(".*:", ""))) {
            for (String merge : merges(tips.size() > 1 ? tips.get(1).replaceFirst(".*:", "") : "", scope, name)) {
                allowed.add(scope + " " + merge);
            }
        }
        return allowed;
    }

    private static List<String> scopes(String requestPolicy) {
        return switch (requestPolicy) {
            case "multi_shard" -> List.of("KEYS");
            case "all_shards" -> List.of("EVERY_PRIMARY");
            case "all_nodes" -> List.of("EVERY_NODE", "EVERY_NODE_IF_POSSIBLE");
            case "special" -> List.of("SCAN");
            default -> List.of();
        };
    }

    private static List<String> merges(String responsePolicy, String scope, String name) {
        return switch (responsePolicy) {
            case "" -> scope.equals("KEYS") ? List.of("IN_ORDER")
                    // In Redis 7.0, SCAN and RANDOMKEY have no tip for that.
                    : name.equals("scan") ? List.of("FIRST")
                            : name.equals("randomkey") ? List.of("ANY_THERE")
                                    : List.of(
                                            "CONCATENATED");
            case "agg_sum" -> List.of("SUM");
            // Of 0 and 1, that is the same.
            case "agg_min", "agg_logical_and" -> List.of("MIN");
            // LATENCY RESET, of which Redis 7.0 says so, answers a number.
            case "all_succeeded" -> name.equals("latency|reset") ? List.of("SUM") : List.of("FIRST");
            case "one_succeeded" -> List.of("ONE_SUCCEEDED");
            case "special" -> List.of("CONCATENATED", "ANY_THERE", "RUNNING", "FIRST");
            default -> List.of();
        };
    }
}
