package io.quarkiverse.redis.multiplexer.test;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A real Redis Cluster on the loopback interface: primaries, each with the same number of replicas, made by the commands of
 * the servers themselves, so that no tool is needed. Slots are shared out evenly.
 */
public final class RedisCluster implements AutoCloseable {

    public static final int SLOTS = 16384;

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(80);
    /** Longer than a server tries. */
    private static final long FAILOVER_RETRY_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final int MOST_KEYS = 1000;

    private final List<RedisServer> nodes;
    private final int primaries;

    private RedisCluster(List<RedisServer> nodes, int primaries) {
        this.nodes = nodes;
        this.primaries = primaries;
    }

    /**
     * Starts one, and returns when all of its nodes agree that it is whole.
     *
     * @param replicas of each primary
     * @param arguments of every server, as on the command line
     */
    public static RedisCluster start(RedisBinary binary, int primaries, int replicas, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "2000",
                "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1", "--cluster-replica-validity-factor",
                "0"));
        all.addAll(List.of(arguments));
        List<RedisServer> nodes = new ArrayList<>();
        RedisCluster cluster = new RedisCluster(nodes, primaries);
        try {
            for (int i = 0; i < primaries * (1 + replicas); i++) {
                nodes.add(RedisServer.start(binary, all.toArray(String[]::new)));
            }
            cluster.form();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void form() {
        for (int i = 0; i < nodes.size(); i++) {
            // Two nodes with one epoch would have to find out who yields.
            call(i, "CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
        }
        for (int i = 0; i < primaries; i++) {
            call(i, RedisServer.addSlots(firstSlot(i), firstSlot(i + 1)));
        }
        await("the nodes to know each other", () -> {
            meet();
            return allNodes(i -> rows(i).size() == nodes.size());
        });
        for (int i = primaries; i < nodes.size(); i++) {
            call(i, "CLUSTER", "REPLICATE", id(i % primaries));
        }
        awaitStable();
    }

    /** A node forgets whom it was about to meet if that takes too long, as on a busy machine. Then it is told again. */
    private void meet() {
        List<Integer> known = rows(0).stream().map(row -> row.port).toList();
        IntStream.range(1, nodes.size()).filter(i -> !known.contains(port(i)))
                .forEach(i -> call(0, "CLUSTER", "MEET", "127.0.0.1", String.valueOf(port(i))));
    }

    private int firstSlot(int primary) {
        return SLOTS * primary / primaries;
    }

    /** Primaries come first, as they were in the beginning; then the replicas of the first one, the second one and so on. */
    public List<RedisServer> nodes() {
        return List.copyOf(nodes);
    }

    public RedisServer node(int node) {
        return nodes.get(node);
    }

    public int port(int node) {
        return nodes.get(node).port();
    }

    /** Of the nodes that were primaries in the beginning. */
    public List<String> urls() {
        return nodes.subList(0, primaries).stream().map(RedisServer::url).toList();
    }

    public String id(int node) {
        return (String) call(node, "CLUSTER", "MYID");
    }

    /** Asks one node. */
    public Object call(int node, String... words) {
        try (RespClient client = nodes.get(node).client()) {
            return client.call(words);
        }
    }

    /** The slot of a key, as the server computes it. */
    public int slot(String key) {
        return ((Long) call(firstAlive(), "CLUSTER", "KEYSLOT", key)).intValue();
    }

    /** The node that has the slot, as the nodes that live see it. */
    public int owner(int slot) {
        for (Row row : rows(firstAlive())) {
            if (row.owns(slot)) {
                return indexOf(row.port);
            }
        }
        throw new IllegalStateException("Nobody has slot " + slot);
    }

    /** Moves a slot with its keys, as {@code redis-cli --cluster reshard} does; keys arrive one after the other. */
    public void moveSlot(int slot, int target) {
        int source = owner(slot);
        if (source == target) {
            return;
        }
        beginMove(slot, source, target);
        moveKeys(slot, source, target);
        endMove(slot, source, target);
    }

    /** From here on, keys that the source lacks are asked for at the target. */
    public void beginMove(int slot, int source, int target) {
        call(target, "CLUSTER", "SETSLOT", String.valueOf(slot), "IMPORTING", id(source));
        call(source, "CLUSTER", "SETSLOT", String.valueOf(slot), "MIGRATING", id(target));
    }

    public void moveKeys(int slot, int source, int target) {
        try (RespClient client = nodes.get(source).client()) {
            for (List<?> keys; !(keys = (List<?>) client.call("CLUSTER", "GETKEYSINSLOT", String.valueOf(slot),
                    String.valueOf(MOST_KEYS))).isEmpty();) {
                List<String> words = new ArrayList<>(
                        List.of("MIGRATE", "127.0.0.1", String.valueOf(port(target)), "", "0", "5000", "KEYS"));
                keys.forEach(key -> words.add((String) key));
                client.call(words.toArray(String[]::new));
            }
        }
    }

    /** The target first, so that the slot always has an owner. */
    public void endMove(int slot, int source, int target) {
        String id = id(target);
        call(target, "CLUSTER", "SETSLOT", String.valueOf(slot), "NODE", id);
        call(source, "CLUSTER", "SETSLOT", String.valueOf(slot), "NODE", id);
        for (int i = 0; i < nodes.size(); i++) {
            if (i != source && i != target && nodes.get(i).isAlive() && isPrimary(i)) {
                call(i, "CLUSTER", "SETSLOT", String.valueOf(slot), "NODE", id);
            }
        }
    }

    /**
     * Has a replica take the place of its primary, which hears of it first. Returns when it has. Servers give up if others
     * have not heard of the latest epochs yet, so it is asked for until it happens.
     */
    public void failover(int replica) {
        long[] asked = { System.nanoTime() - FAILOVER_RETRY_NANOS };
        await("node " + replica + " to be a primary", () -> {
            if (System.nanoTime() - asked[0] >= FAILOVER_RETRY_NANOS) {
                asked[0] = System.nanoTime();
                call(replica, "CLUSTER", "FAILOVER");
            }
            return isPrimary(replica);
        });
    }

    public boolean isPrimary(int node) {
        return rows(node).stream().anyMatch(row -> row.flags.contains("myself") && row.flags.contains("master"));
    }

    /** The slots that the node has, as it sees it. */
    public BitSet slotsOf(int node) {
        return rows(node).stream().filter(row -> row.flags.contains("myself")).map(Row::ownSlots).findFirst().orElseThrow();
    }

    /** Whether a node has heard that another one has the slot. */
    public boolean hasHeard(RespClient node, int slot, String owner) {
        return ((String) node.call("CLUSTER", "NODES")).lines().filter(line -> line.startsWith(owner)).map(Row::of)
                .anyMatch(row -> row.owns(slot));
    }

    /** Waits until a replica has taken the place of its primary, and would answer. */
    public void awaitPromotion(int replica) {
        await("node " + replica + " to be a primary", () -> isPrimary(replica));
        awaitService(replica);
    }

    /** Waits until a node takes the cluster for one that can answer. */
    public void awaitService(int node) {
        await("node " + node + " to answer", () -> info(node).contains("cluster_state:ok"));
    }

    /** Waits until all nodes that live agree about all slots, and about how new that is. */
    public void awaitAgreement() {
        await("the nodes to agree", () -> {
            Set<String> views = new HashSet<>();
            return allNodes(i -> views.add(view(i)) || true) && views.size() == 1;
        });
    }

    /** The nodes that have slots, as one that lives sees it. Others may come and go meanwhile. */
    public List<Integer> primaries() {
        List<Integer> found = new ArrayList<>();
        await("a node to answer", () -> found.addAll(rows(firstAlive()).stream().filter(row -> !row.slots.isEmpty())
                .map(row -> indexOf(row.port)).sorted().toList()));
        return found;
    }

    /** Those that replicate the node, as it sees it. */
    public List<Integer> replicasOf(int node) {
        String id = id(node);
        return rows(node).stream().filter(row -> row.primary.equals(id)).map(row -> indexOf(row.port)).toList();
    }

    /** Waits until all nodes that live agree about all slots, and every replica has its primary's data. */
    public void awaitStable() {
        await("the cluster to be whole", () -> {
            Map<String, Integer> views = new HashMap<>();
            boolean whole = allNodes(i -> {
                views.merge(view(i), 1, Integer::sum);
                return info(i).contains("cluster_state:ok") && info(i).contains("cluster_slots_ok:" + SLOTS) && isLinked(i)
                        && tellsAllReplicas(i);
            });
            return whole && views.size() == 1 && replicasHaveEverything();
        });
    }

    private boolean replicasHaveEverything() {
        List<Integer> living = IntStream.range(0, nodes.size()).filter(i -> nodes.get(i).isAlive()).boxed().toList();
        long replicas = living.stream().filter(i -> !isPrimary(i)).count();
        return living.stream().filter(this::isPrimary).mapToInt(i -> nodes.get(i).acknowledgingReplicas()).sum() == replicas;
    }

    private boolean isLinked(int node) {
        String replication = (String) call(node, "INFO", "replication");
        return replication.contains("role:master") || replication.contains("master_link_status:up");
    }

    /** Clients are told of a replica when the node has heard that it has got anything. */
    private boolean tellsAllReplicas(int node) {
        Set<Object> told = new HashSet<>();
        for (Object range : (List<?>) call(node, "CLUSTER", "SLOTS")) {
            List<?> fields = (List<?>) range;
            fields.subList(2, fields.size()).forEach(member -> told.add(((List<?>) member).get(1)));
        }
        return IntStream.range(0, nodes.size()).filter(i -> nodes.get(i).isAlive())
                .allMatch(i -> told.contains((long) port(i)) || isPrimary(i));
    }

    private String view(int node) {
        return String.join(";", rows(node).stream().filter(row -> !row.slots.isEmpty())
                .map(row -> row.port + "@" + row.epoch + "=" + row.slots).sorted().toList());
    }

    private String info(int node) {
        return (String) call(node, "CLUSTER", "INFO");
    }

    private boolean allNodes(IntPredicate condition) {
        return IntStream.range(0, nodes.size()).filter(i -> nodes.get(i).isAlive()).allMatch(condition);
    }

    private int firstAlive() {
        return IntStream.range(0, nodes.size()).filter(i -> nodes.get(i).isAlive()).findFirst().orElseThrow();
    }

    private int indexOf(int port) {
        return IntStream.range(0, nodes.size()).filter(i -> port(i) == port).findFirst().orElseThrow();
    }

    /** A line of CLUSTER NODES. */
    private record Row(int port, List<String> flags, String primary, long epoch, List<String> slots) {

        static Row of(String line) {
            String[] words = line.split(" ");
            int port = Integer.parseInt(words[1].replaceAll("@.*", "").replaceAll(".*:", ""));
            List<String> slots = List.of(words).subList(8, words.length).stream().filter(word -> !word.startsWith("["))
                    .toList();
            return new Row(port, List.of(words[2].split(",")), words[3], Long.parseLong(words[6]), slots);
        }

        boolean owns(int slot) {
            return ownSlots().get(slot);
        }

        BitSet ownSlots() {
            BitSet all = new BitSet(SLOTS);
            for (String range : slots) {
                String[] ends = range.split("-");
                all.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
            return all;
        }
    }

    private List<Row> rows(int node) {
        return ((String) call(node, "CLUSTER", "NODES")).lines().filter(line -> !line.contains("handshake")).map(Row::of)
                .toList();
    }

    private void await(String what, BooleanSupplier condition) {
        Waiting.until(what, TIMEOUT_NANOS, condition, () -> IntStream.range(0, nodes.size())
                .filter(i -> nodes.get(i).isAlive()).mapToObj(i -> info(i) + call(i, "CLUSTER", "NODES")).toList());
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
