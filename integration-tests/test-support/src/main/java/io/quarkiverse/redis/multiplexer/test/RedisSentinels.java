package io.quarkiverse.redis.multiplexer.test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * A real primary with replicas on the loopback interface, and sentinels that watch them, or none. Who is the primary changes;
 * {@link #server} counts from the one that was the first.
 */
public final class RedisSentinels implements AutoCloseable {

    /** The name under which the sentinels know the primary. */
    public static final String NAME = "mymaster";
    /** After so long without a sign of the primary it is dead to a sentinel. */
    public static final int DOWN_AFTER_MILLIS = 1_000;

    private static final int LOG_CHARACTERS = 4_000;
    /** On a busy machine, the votes of an election may be split several times, and sentinels wait for 12 seconds each time. */
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(150);

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels() {
    }

    /**
     * Starts a primary with replicas, and sentinels, and returns when all know each other and replicas have the data.
     *
     * @param sentinels 0 for none: then nobody but {@link #replicate} makes another server the primary
     * @param arguments of every server, as on the command line
     */
    public static RedisSentinels start(RedisBinary binary, int replicas, int sentinels, String... arguments) {
        return start(binary, replicas, sentinels, List.of(), arguments);
    }

    /** @param configuration of every sentinel, in addition, in lines */
    public static RedisSentinels start(RedisBinary binary, int replicas, int sentinels, List<String> configuration,
            String... arguments) {
        RedisSentinels group = new RedisSentinels();
        try {
            for (int i = 0; i <= replicas; i++) {
                group.startServer(binary, arguments);
            }
            List<String> lines = new ArrayList<>(configuration.stream().filter(line -> line.startsWith("sentinel resolve")
                    || line.startsWith("sentinel announce")).toList());
            lines.addAll(List.of(
                    "sentinel monitor " + NAME + " 127.0.0.1 " + group.server(0).port() + " " + (sentinels / 2 + 1),
                    "sentinel down-after-milliseconds " + NAME + " " + DOWN_AFTER_MILLIS,
                    "sentinel failover-timeout " + NAME + " 6000", "sentinel parallel-syncs " + NAME + " 5"));
            configuration.stream().filter(line -> !lines.contains(line)).forEach(lines::add);
            for (int i = 0; i < sentinels; i++) {
                group.sentinels.add(RedisServer.startSentinel(binary, lines));
            }
            group.awaitStable();
            return group;
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    private void startServer(RedisBinary binary, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0",
                "--repl-ping-replica-period", "1"));
        if (!servers.isEmpty()) {
            all.addAll(List.of("--replicaof", "127.0.0.1", String.valueOf(servers.get(0).port())));
        }
        all.addAll(List.of(arguments));
        servers.add(RedisServer.start(binary, all.toArray(String[]::new)));
    }

    /** The first primary, then the first replicas. */
    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    public RedisServer server(int index) {
        return servers.get(index);
    }

    public List<RedisServer> sentinels() {
        return List.copyOf(sentinels);
    }

    public RedisServer sentinel(int index) {
        return sentinels.get(index);
    }

    /** Of the servers, in their order. */
    public List<String> urls() {
        return servers.stream().map(server -> "redis://127.0.0.1:" + server.port()).toList();
    }

    public List<String> sentinelUrls() {
        return sentinels.stream().map(sentinel -> "redis://127.0.0.1:" + sentinel.port()).toList();
    }

    /** Asks one server. */
    public Object call(int index, String... words) {
        try (RespClient client = server(index).client()) {
            return client.call(words);
        }
    }

    public boolean isPrimary(int index) {
        return "master".equals(((List<?>) call(index, "ROLE")).get(0));
    }

    /** The first server that lives and takes itself for the primary. */
    public int primary() {
        return living(servers).filter(this::isPrimary).findFirst().orElseThrow();
    }

    /** The server that a sentinel takes for the primary. */
    public int primary(int sentinel) {
        try (RespClient client = sentinel(sentinel).client()) {
            List<?> address = (List<?>) client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
            int port = Integer.parseInt((String) address.get(1));
            return IntStream.range(0, servers.size()).filter(i -> servers.get(i).port() == port).findFirst().orElseThrow();
        }
    }

    /**
     * Has a sentinel make another server the primary while the old one lives. Returns when all have settled.
     *
     * @return the new primary
     */
    public int failover() {
        switchOver();
        awaitStable();
        return primary(0);
    }

    /**
     * Has a sentinel make another server the primary. Returns when all sentinels know it: the old one takes itself for the
     * primary still, and will for 8 seconds or more.
     *
     * @return the new primary
     */
    public int switchOver() {
        int old = primary(0);
        // It gives up if the servers are slow, and is asked again then.
        await("a sentinel to make another server the primary", () -> {
            if (primary(0) != old) {
                return true;
            }
            askForFailover();
            return false;
        });
        return awaitOther(old);
    }

    private void askForFailover() {
        try (RespClient client = sentinel(0).client()) {
            client.call("SENTINEL", "FAILOVER", NAME);
        } catch (IllegalStateException e) {
            // It is under way, or there is no replica yet that would do.
        }
    }

    /** Starts a server that was killed, as a replica from the beginning. */
    public void runAsReplica(int index, int primary) {
        server(index).run("--replicaof", "127.0.0.1", String.valueOf(server(primary).port()));
    }

    /** Starts a server that was killed, as the primary that it was. */
    public void runAsPrimary(int index) {
        server(index).run("--replicaof", "no", "one");
    }

    /** Waits until all sentinels that live take another server for the primary, and it is one. */
    public int awaitOther(int old) {
        await("another primary", () -> living(sentinels).allMatch(i -> primary(i) != old)
                && living(sentinels).mapToObj(this::primary).distinct().count() == 1
                && isPrimary(living(sentinels).map(this::primary).findFirst().orElseThrow()));
        return living(sentinels).map(this::primary).findFirst().orElseThrow();
    }

    /** Makes a server the primary and all others that live its replicas, as somebody would do by hand. */
    public void promote(int index) {
        call(index, "REPLICAOF", "NO", "ONE");
        living(servers).filter(i -> i != index).forEach(i -> replicate(i, index));
    }

    /** Makes a server a replica, without a word to its clients. */
    public void replicate(int index, int primary) {
        call(index, "REPLICAOF", "127.0.0.1", String.valueOf(server(primary).port()));
    }

    /** Makes an old primary a replica, and ends the connections of its clients, as sentinels do, but theirs take 8 seconds. */
    public void demote(int old, int successor) {
        replicate(old, successor);
        call(old, "CLIENT", "KILL", "TYPE", "normal");
    }

    /** Waits until there is one primary, all others have its data, and all sentinels that live know all. */
    public void awaitStable() {
        await("all to know each other", () -> {
            long primaries = living(servers).filter(this::isPrimary).count();
            boolean linked = living(servers).allMatch(i -> isPrimary(i) || info(i).contains("master_link_status:up"));
            return primaries == 1 && linked && haveEverything() && living(sentinels).allMatch(this::knowsAll);
        });
    }

    private boolean haveEverything() {
        return living(servers).filter(this::isPrimary)
                .allMatch(primary -> server(primary).acknowledgingReplicas() == living(servers).count() - 1);
    }

    private String info(int index) {
        return (String) call(index, "INFO", "replication");
    }

    private boolean knowsAll(int sentinel) {
        try (RespClient client = sentinel(sentinel).client()) {
            List<?> master = (List<?>) client.call("SENTINEL", "MASTER", NAME);
            return isPrimary(primary(sentinel)) && "master".equals(field(master, "flags"))
                    && Integer.parseInt(field(master, "num-slaves")) >= living(servers).count() - 1
                    && Integer.parseInt(field(master, "num-other-sentinels")) >= living(sentinels).count() - 1
                    && ((List<?>) client.call("SENTINEL", "SLAVES", NAME)).stream()
                            .filter(slave -> living(servers).anyMatch(
                                    i -> String.valueOf(server(i).port()).equals(field((List<?>) slave, "port"))))
                            .allMatch(slave -> "slave".equals(field((List<?>) slave, "flags")));
        }
    }

    private static String field(List<?> fields, String name) {
        return (String) fields.get(fields.indexOf(name) + 1);
    }

    private static IntStream living(List<RedisServer> some) {
        return IntStream.range(0, some.size()).filter(i -> some.get(i).isAlive());
    }

    private void await(String what, BooleanSupplier condition) {
        Waiting.until(what, TIMEOUT_NANOS, condition, () -> living(servers)
                .mapToObj(i -> server(i).port() + ": " + call(i, "ROLE")).toList()
                + living(sentinels)
                        .mapToObj(i -> "\n" + lastOf(sentinel(i).log())).toList().toString());
    }

    private static String lastOf(String log) {
        return log.substring(Math.max(0, log.length() - LOG_CHARACTERS));
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }
}
