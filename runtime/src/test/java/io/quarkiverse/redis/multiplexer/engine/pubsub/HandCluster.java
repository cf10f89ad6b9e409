package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** A cluster without sockets: the test says who owns what, and what each node answers. Used on one event loop. */
final class HandCluster implements ClusterNodes {

    final List<String> told = new CopyOnWriteArrayList<>();
    /** The nodes that have been looked at. */
    final List<String> looks = new CopyOnWriteArrayList<>();
    Future<Void> known = Future.succeededFuture();
    private final Context context;
    private final ClientSettings settings;
    private final Map<Integer, Member> owners = new HashMap<>();
    private List<Member> primaries = List.of();
    private Runnable listener;

    HandCluster(Context context, ClientSettings settings) {
        this.context = context;
        this.settings = settings;
    }

    /** A node, with all connections to it, by hand. */
    final class Node implements Member {

        final int port;
        final HandConnector connector;
        private final Failures failures;
        private final OutageLog outages = new OutageLog("test");
        private int attempts;
        HandSocket socket;

        Node(int port) {
            this.port = port;
            this.failures = new Failures("test", NodeAddress.of(new RedisOptions().setConnectionString("redis://host:" + port)),
                    settings.multiplexer());
            this.connector = new HandConnector(context, failures);
        }

        /** Lets the next attempt succeed. */
        HandSocket accept() {
            socket = connector.attempt(++attempts).succeed();
            return socket;
        }

        void refuse(Throwable cause) {
            connector.attempt(++attempts).fail(cause);
        }

        boolean isAwaited() {
            return connector.attempts.size() > attempts;
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

        @Override
        public String toString() {
            return String.valueOf(port);
        }
    }

    static int slot(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        return Slot.of(bytes, 0, bytes.length);
    }

    Node node(int port) {
        return new Node(port);
    }

    void consistsOf(Node... nodes) {
        primaries = List.of(nodes);
        owners.values().removeIf(owner -> !primaries.contains(owner));
    }

    void own(Node node, String... names) {
        for (String name : names) {
            owners.put(slot(name), node);
        }
    }

    void change() {
        listener.run();
    }

    @Override
    public Optional<Member> owner(int slot) {
        return Optional.ofNullable(owners.get(slot));
    }

    @Override
    public List<Member> primaries() {
        return primaries;
    }

    @Override
    public Future<Void> whenKnown(Context caller) {
        return known;
    }

    @Override
    public void onRefused(Member by, ErrorType error) {
        told.add(by + " " + error.getMessage());
        String[] words = error.getMessage().split("[ :]");
        if (words[0].equals("MOVED")) {
            primaries.stream().filter(node -> node.toString().equals(words[3]))
                    .forEach(node -> owners.put(Integer.parseInt(words[1]), node));
        }
    }

    @Override
    public void onEnded(Member by) {
        told.add(by + " ended");
    }

    @Override
    public void lookAt(Member node) {
        looks.add(node.toString());
    }

    @Override
    public void onUnreachable(Member node) {
        told.add(node + " unreachable");
    }

    @Override
    public void onReachable(Member node) {
        told.add(node + " reachable");
    }

    @Override
    public void listen(Runnable newListener) {
        listener = newListener;
    }
}
