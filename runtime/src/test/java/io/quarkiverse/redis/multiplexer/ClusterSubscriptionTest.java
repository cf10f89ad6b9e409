package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;

/** Subscriptions of a client to a real cluster: sharded channels are those of Redis 7 and later. */
class ClusterSubscriptionTest {

    private static final int CHANNELS = 300;

    @RegisterExtension
    final RealCluster real = new RealCluster(1, "--notify-keyspace-events", "KEA");

    private final List<SubscriptionRestored> restored = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private MultiplexedRedis redis;
    private RedisConnection connection;

    @BeforeEach
    void connect() throws Exception {
        redis = real.client(new MultiplexerOptions().setListener(new MultiplexerListener() {
            @Override
            public void subscriptionRestored(SubscriptionRestored event) {
                restored.add(event);
            }
        }));
        connection = await(redis.connect());
        connection.handler(message -> heard.add(message.stream().map(String::valueOf).collect(Collectors.joining(" "))));
    }

    @Test
    void whoSubscribesAndThenPublishesHearsIt() throws Exception {
        List<Future<Response>> published = new ArrayList<>();
        await(Future.<Void> future(done -> real.vertx().runOnContext(start -> redis.connect().onSuccess(mine -> {
            mine.handler(message -> heard.add(message.stream().map(String::valueOf).collect(Collectors.joining(" "))));
            for (int i = 0; i < CHANNELS; i++) {
                mine.send(request(Command.SUBSCRIBE, "channel-" + i));
                published.add(redis.send(request(Command.PUBLISH, "channel-" + i, "text")));
            }
            Future.all(published).<Void> mapEmpty().onComplete(done);
        }))));

        awaitUntil(() -> heard.stream().filter(line -> line.startsWith("message ")).count() == CHANNELS);
        assertEquals(CHANNELS, redis.status().nodes().stream().mapToInt(NodeStatus::subscriptions).sum());
        assertEquals(1, subscribers());
    }

    @Test
    void shardedChannelsOfAllSlotsInOneCommand() throws Exception {
        List<String> channels = IntStream.range(0, CHANNELS).mapToObj(i -> "channel-" + i).toList();
        assumeShardedChannels();
        await(connection.send(request(Command.SSUBSCRIBE, channels.toArray())));
        awaitUntil(() -> heard.size() == CHANNELS);
        assertEquals("ssubscribe channel-0 1", heard.get(0));
        assertEquals("ssubscribe channel-299 300", heard.get(CHANNELS - 1));
        heard.clear();
        for (String channel : channels) {
            publishSharded(channel, "text");
        }
        awaitUntil(() -> heard.size() == CHANNELS);
        assertEquals(RealCluster.PRIMARIES, subscribers());
        assertEquals(CHANNELS, redis.status().nodes().stream().mapToInt(NodeStatus::subscriptions).sum());

        String moved = channels.get(0);
        int slot = real.servers().slot(moved);
        int owner = real.servers().owner(slot);
        real.servers().moveSlot(slot, (owner + 1) % RealCluster.PRIMARIES);
        awaitUntil(() -> !restored.isEmpty());
        publishSharded(moved, "again");
        awaitUntil(() -> heard.contains("smessage " + moved + " again"));
        assertEquals("127.0.0.1:" + real.servers().port(owner), restored.get(0).node());
        assertEquals(1, restored.get(0).subscriptions());

        await(connection.send(request(Command.SUNSUBSCRIBE)));
        awaitUntil(() -> subscribers() == 0);
    }

    @Test
    void everyPrimaryTellsOfItsKeys() throws Exception {
        await(connection.send(request(Command.PSUBSCRIBE, "__keyevent@0__:set")));
        await(connection.send(request(Command.SUBSCRIBE, "channel")));
        awaitUntil(() -> heard.equals(List.of("psubscribe __keyevent@0__:set 1", "subscribe channel 2")));
        heard.clear();
        for (int i = 0; i < CHANNELS; i++) {
            await(redis.send(request(Command.SET, "key-" + i, "value")));
        }
        awaitUntil(() -> heard.size() >= CHANNELS);
        assertEquals(IntStream.range(0, CHANNELS).mapToObj(i -> "key-" + i).collect(Collectors.toSet()),
                heard.stream().map(line -> line.substring(line.lastIndexOf(' ') + 1)).collect(Collectors.toSet()));
        assertEquals(CHANNELS, heard.size());
    }

    @Test
    void theEndOfTheNodeIsNotTheEndOfTheSubscriptions() throws Exception {
        await(connection.send(request(Command.SUBSCRIBE, "channel")));
        int home = IntStream.range(0, RealCluster.PRIMARIES).filter(this::hasSubscriber).findFirst().orElseThrow();
        real.servers().node(home).kill();
        awaitUntil(() -> !restored.isEmpty());
        // The slots are asked for every minute without being told.
        assertTrue(restored.get(0).outage().toMillis() < 15_000, () -> "Back after " + restored.get(0).outage());
        real.servers().call((home + 1) % RealCluster.PRIMARIES, "PUBLISH", "channel", "text");
        awaitUntil(() -> heard.contains("message channel text"));
    }

    @Test
    void nothingIsLeftOfAClientThatIsClosed() throws Exception {
        assumeShardedChannels();
        await(connection.send(request(Command.SUBSCRIBE, "channel")));
        await(connection.send(request(Command.SSUBSCRIBE, "channel")));
        await(connection.send(request(Command.PSUBSCRIBE, "__key*__:*")));
        redis.close();
        awaitUntil(() -> subscribers() == 0);
    }

    private void assumeShardedChannels() {
        real.servers().node(0).assumeSince7("sharded channels");
    }

    private void publishSharded(String channel, String text) {
        int owner = real.servers().owner(real.servers().slot(channel));
        assertEquals(1L, real.servers().call(owner, "SPUBLISH", channel, text));
    }

    private long subscribers() {
        return IntStream.range(0, real.servers().nodes().size()).filter(this::hasSubscriber).count();
    }

    private boolean hasSubscriber(int node) {
        try (RespClient client = real.servers().node(node).client()) {
            return client.connections().stream().anyMatch(line -> line.matches(".* p?s?sub=[1-9].*"));
        }
    }
}
