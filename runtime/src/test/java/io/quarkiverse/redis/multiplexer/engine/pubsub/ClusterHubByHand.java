package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.quarkiverse.redis.multiplexer.MultiplexerListener;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/** A hub, with one subscriber, on a cluster of two nodes that say what the test has them say. */
abstract class ClusterHubByHand {

    final MultiplexerOptions options = new MultiplexerOptions().setReconnectInitial(Duration.ofMillis(1))
            .setReconnectMax(Duration.ofMillis(1)).setLivenessTimeout(Duration.ofHours(1))
            .setListener(new MultiplexerListener() {
                @Override
                public void subscriptionRestored(SubscriptionRestored event) {
                    restored.add(event.node() + " " + event.subscriptions());
                }
            });
    /** Each end of an outage: where, and of how many subscriptions. */
    final List<String> restored = new CopyOnWriteArrayList<>();
    final Listening listening = new Listening();
    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final Context caller = vertx.getOrCreateContext();
    HandCluster cluster;
    HandCluster.Node one;
    HandCluster.Node two;
    ClusterHub hub;

    @BeforeEach
    void start() {
        start(options);
    }

    void start(MultiplexerOptions changed) {
        RedisOptions redis = new RedisOptions();
        ClientSettings settings = ClientSettings.of("test", redis, changed);
        cluster = new HandCluster(context, settings);
        one = cluster.node(1);
        two = cluster.node(2);
        cluster.consistsOf(one, two);
        hub = new ClusterHub(vertx, context, cluster, settings,
                new Failures("test", NodeAddress.of(redis), settings.multiplexer()));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    Future<Void> call(Command command, String... names) {
        Request request = Request.cmd(command);
        Stream.of(names).forEach(request::arg);
        return hub.call(listening.subscriber, request, caller, () -> {
        });
    }

    HandCluster.Node other(HandCluster.Node node) {
        return node == one ? two : one;
    }

    static HandCluster.Node awaited(HandCluster.Node... nodes) {
        return awaited(List.of(nodes));
    }

    /** The first of these to which a connection is wanted. */
    static HandCluster.Node awaited(List<HandCluster.Node> nodes) {
        awaitUntil(() -> nodes.stream().anyMatch(HandCluster.Node::isAwaited));
        return nodes.stream().filter(HandCluster.Node::isAwaited).findFirst().orElseThrow();
    }

    HandCluster.Node accept(HandCluster.Node... nodes) throws Exception {
        HandCluster.Node node = awaited(nodes);
        inATurn(node::accept);
        return node;
    }

    void lose(HandCluster.Node node) throws Exception {
        onLoop(node.socket::close);
    }

    void say(HandCluster.Node node, String resp) throws Exception {
        inATurn(() -> node.socket.say(resp));
    }

    /** Returns when that has been done, too, which it has left to the end of the turn. */
    private void inATurn(Runnable action) throws Exception {
        onLoop(action);
        onLoop(() -> {
        });
    }

    List<String> sent(HandCluster.Node node) throws Exception {
        return onLoop(node.socket::takeSent);
    }

    void awaitSent(HandCluster.Node node, String... commands) {
        List<String> all = new CopyOnWriteArrayList<>();
        awaitUntil(() -> {
            all.addAll(sent(node));
            return all.stream().sorted().toList().equals(Stream.of(commands).sorted().toList());
        });
    }

    static String confirmation(String word, String name, int count) {
        return ">3;" + bulk(word) + bulk(name) + ":" + count + ";";
    }

    static String message(String word, String channel, String text) {
        return ">3;" + bulk(word) + bulk(channel) + bulk(text);
    }

    /** A message with a number that is none. */
    static String unreadable(String word, String channel) {
        return ">3;" + bulk(word) + bulk(channel) + ":none;";
    }

    static String bulk(String text) {
        return "$" + text.length() + ";" + text + ";";
    }

    void onLoop(Runnable action) throws Exception {
        onLoop(() -> {
            action.run();
            return null;
        });
    }

    <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get();
    }
}
