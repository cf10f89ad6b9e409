package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Redirect;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** A real cluster, as one of its nodes tells it several times a second. */
final class PolledCluster implements ClusterNodes, AutoCloseable {

    private record Range(long first, long last, Member owner) {
    }

    private final Vertx vertx;
    private final RedisCluster servers;
    private final ClientSettings settings;
    private final Map<Integer, Node> nodes = new ConcurrentHashMap<>();
    private final Map<Integer, Member> moved = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::poll, "poll");
    private volatile List<Range> ranges;
    private volatile Runnable listener = () -> {
    };

    PolledCluster(Vertx vertx, RedisCluster servers, ClientSettings settings) {
        this.vertx = vertx;
        this.servers = servers;
        this.settings = settings;
        this.ranges = ask();
        thread.setDaemon(true);
        thread.start();
    }

    private final class Node implements Member {

        private final NodeConnector connector;
        private final Failures failures;
        private final OutageLog outages;

        Node(int port) {
            NodeAddress address = NodeAddress.of(new RedisOptions().setConnectionString("redis://127.0.0.1:" + port));
            this.failures = new Failures("test", address, settings.multiplexer());
            this.outages = new OutageLog(failures.subject());
            this.connector = new NodeConnector(vertx, address, settings,
                    new Telemetry(vertx, address, settings));
        }

        @Override
        public Connector connector() {
            return connector;
        }

        @Override
        public Failures failures() {
            return failures;
        }

        @Override
        public OutageLog outages() {
            return outages;
        }
    }

    private Member at(int port) {
        return nodes.computeIfAbsent(port, Node::new);
    }

    private void poll() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(100);
                List<Range> told = ask();
                if (!told.equals(ranges)) {
                    ranges = told;
                    moved.entrySet().removeIf(entry -> inRanges(entry.getKey()).filter(entry.getValue()::equals).isPresent());
                    listener.run();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // Nodes come and go.
                continue;
            }
        }
    }

    private List<Range> ask() {
        RedisServer alive = servers.nodes().stream().filter(RedisServer::isAlive).findFirst().orElseThrow();
        List<Range> told = new ArrayList<>();
        try (RespClient client = alive.client()) {
            for (Object range : (List<?>) client.call("CLUSTER", "SLOTS")) {
                List<?> fields = (List<?>) range;
                told.add(new Range((Long) fields.get(0), (Long) fields.get(1),
                        at(((Long) ((List<?>) fields.get(2)).get(1)).intValue())));
            }
        }
        return told;
    }

    private Optional<Member> inRanges(int slot) {
        return ranges.stream().filter(range -> range.first <= slot && slot <= range.last).map(Range::owner).findFirst();
    }

    @Override
    public Optional<Member> owner(int slot) {
        return Optional.ofNullable(moved.get(slot)).or(() -> inRanges(slot));
    }

    @Override
    public List<Member> primaries() {
        Set<Member> primaries = new LinkedHashSet<>();
        ranges.forEach(range -> primaries.add(range.owner));
        return List.copyOf(primaries);
    }

    @Override
    public Future<Void> whenKnown(Context caller) {
        return Future.succeededFuture();
    }

    @Override
    public void onRefused(Member by, ErrorType error) {
        if (error.getMessage().startsWith("MOVED")) {
            Redirect.of(error).orElseThrow();
            String[] words = error.getMessage().split("[ :]");
            moved.put(Integer.parseInt(words[1]), at(Integer.parseInt(words[3])));
        }
    }

    @Override
    public void onEnded(Member by) {
    }

    @Override
    public void lookAt(Member node) {
    }

    @Override
    public void onUnreachable(Member node) {
    }

    @Override
    public void onReachable(Member node) {
    }

    @Override
    public void listen(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
        nodes.values().forEach(node -> node.connector.close());
    }
}
