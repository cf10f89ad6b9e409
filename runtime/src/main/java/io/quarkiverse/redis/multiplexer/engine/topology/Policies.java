package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.HashMap;
import java.util.Map;

/**
 * Which nodes of a cluster a command without keys is about, and how their replies become one: so that it does, and answers,
 * what it would on one server that has all the keys. Where servers tell of that
 * (<a href="https://redis.io/docs/latest/develop/reference/command-tips/">command tips</a>), it is what they tell but for the
 * exceptions that {@code PoliciesServerTest} gives reasons for; they tell of less than there is.
 */
final class Policies {

    /** What a command without keys is about. */
    record Policy(Scope scope, Merge merge) {
    }

    private static final Policy ANYWHERE = new Policy(Scope.ANYWHERE, Merge.FIRST);

    /** By names in lower case, with their subcommand where that decides. */
    private static final Map<String, Policy> POLICIES = new HashMap<>();

    static {
        // The data.
        put(Scope.EVERY_PRIMARY, Merge.SUM, "dbsize");
        put(Scope.EVERY_PRIMARY, Merge.CONCATENATED, "keys", "cluster slot-stats");
        put(Scope.EVERY_PRIMARY, Merge.ANY_THERE, "randomkey");
        put(Scope.EVERY_PRIMARY, Merge.FIRST, "flushall", "flushdb", "memory purge");
        put(Scope.EVERY_PRIMARY, Merge.MIN, "wait", "waitaof");
        put(Scope.SCAN, Merge.FIRST, "scan");
        put(Scope.NAMED_SLOT, Merge.FIRST, "cluster countkeysinslot", "cluster getkeysinslot");
        // Saving it: LASTSAVE changes when the last one has been saved.
        put(Scope.EVERY_PRIMARY, Merge.FIRST, "save", "bgsave", "bgrewriteaof");
        put(Scope.EVERY_PRIMARY, Merge.MIN, "lastsave");
        // Functions are data, which replicas have as well; scripts are not, and a replica may be the next primary.
        put(Scope.EVERY_PRIMARY, Merge.FIRST, "function load", "function delete", "function flush", "function restore");
        put(Scope.EVERY_PRIMARY, Merge.ONE_SUCCEEDED, "function kill", "script kill");
        put(Scope.EVERY_PRIMARY, Merge.RUNNING, "function stats");
        put(Scope.EVERY_PRIMARY, Merge.MIN, "script exists");
        put(Scope.EVERY_NODE_IF_POSSIBLE, Merge.FIRST, "script load", "script flush");
        // Every node passes on what is published to it; those of one channel keep their order.
        put(Scope.AS_BY_KEY, Merge.FIRST, "publish");
        put(Scope.EVERY_NODE_IF_POSSIBLE, Merge.DISTINCT, "pubsub channels", "pubsub shardchannels");
        put(Scope.EVERY_NODE_IF_POSSIBLE, Merge.COUNTS, "pubsub numsub", "pubsub shardnumsub");
        put(Scope.EVERY_NODE_IF_POSSIBLE, Merge.SUM, "pubsub numpat");
        // Servers themselves: a setting that is not everywhere is a trap, and what is only told is better told in part.
        put(Scope.EVERY_NODE, Merge.FIRST, "config set", "config resetstat", "config rewrite");
        put(Scope.EVERY_NODE, Merge.FIRST, "acl setuser", "acl deluser", "acl save", "acl load");
        put(Scope.EVERY_NODE, Merge.FIRST, "module load", "module loadex", "module unload");
        put(Scope.EVERY_NODE_IF_POSSIBLE, Merge.CONCATENATED, "slowlog get", "commandlog get", "latency history",
                "latency latest", "acl log");
        put(Scope.EVERY_NODE_IF_POSSIBLE, Merge.SUM, "slowlog len", "commandlog len", "latency reset");
        put(Scope.EVERY_NODE_IF_POSSIBLE, Merge.FIRST, "slowlog reset", "commandlog reset");
        put(Scope.EVERY_PRIMARY, Merge.FIRST, "client pause", "client unpause");
    }

    private Policies() {
    }

    /**
     * @param name in lower case
     * @param subcommand in lower case; whatever the first argument is, if the command has none
     */
    static Policy of(String name, String subcommand) {
        Policy whole = POLICIES.get(name);
        return whole != null ? whole : POLICIES.getOrDefault(name + " " + subcommand, ANYWHERE);
    }

    static Map<String, Policy> all() {
        return Map.copyOf(POLICIES);
    }

    private static void put(Scope scope, Merge merge, String... names) {
        for (String name : names) {
            if (POLICIES.put(name, new Policy(scope, merge)) != null) {
                throw new IllegalStateException(name + " is in the table twice");
            }
        }
    }
}
