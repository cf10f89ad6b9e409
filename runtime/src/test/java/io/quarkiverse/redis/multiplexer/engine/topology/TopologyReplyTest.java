package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.resp.Deliveries;
import io.quarkiverse.redis.multiplexer.engine.resp.RespException;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;

/** The answers of real clusters, with both versions of the protocol, and those that only clusters elsewhere give. */
class TopologyReplyTest {

    private static final SocketAddress ASKED = SocketAddress.inetSocketAddress(7000, "asked");

    @ParameterizedTest
    @EnumSource(value = RedisBinary.class, mode = EnumSource.Mode.EXCLUDE, names = "SYSTEM")
    void everyServerTellsTheSlotsOfItsCluster(RedisBinary binary) {
        binary.assumeThere();
        try (RedisCluster cluster = RedisCluster.start(binary, 3, 1)) {
            cluster.moveSlot(7, 2);
            cluster.awaitStable();
            SocketAddress asked = SocketAddress.inetSocketAddress(cluster.port(0), "127.0.0.1");
            List<SlotMap> maps = new ArrayList<>();
            for (String version : List.of("2", "3")) {
                maps.add(TopologyReply.ofSlots(ask(cluster, version, "SLOTS"), asked));
                if (binary != RedisBinary.REDIS_6_2) {
                    maps.add(TopologyReply.ofShards(ask(cluster, version, "SHARDS"), asked, false));
                }
            }

            for (SlotMap map : maps) {
                assertEquals(SlotMap.SLOTS, map.covered());
                assertEquals(3, map.shards().size());
                for (int slot : List.of(0, 7, 8, 16383)) {
                    assertEquals(cluster.port(cluster.owner(slot)), map.shard(slot).orElseThrow().primary().address().port());
                }
                map.shards().forEach(shard -> assertEquals(1, shard.replicas().size()));
            }
        }
    }

    /** As the plain client of the tests does not know RESP3, bytes go through the decoder of the engine. */
    private static Response ask(RedisCluster cluster, String version, String what) {
        try (RespClient client = cluster.node(0).client()) {
            return decode(client.callRaw(List.of("HELLO", version), List.of("CLUSTER", what)));
        }
    }

    private static Response decode(String bytes) {
        try {
            Deliveries deliveries = Deliveries.of(bytes);
            assertTrue(
                    deliveries.texts().stream().noneMatch(text -> text.startsWith("skipped") || text.startsWith("out of band")),
                    () -> deliveries.texts().toString());
            return deliveries.replies().get(deliveries.replies().size() - 1);
        } catch (RespException e) {
            throw new AssertionError(e);
        }
    }

    private static Response slots(String... endpoints) {
        StringBuilder reply = new StringBuilder("*1\r\n*" + (2 + endpoints.length) + "\r\n:0\r\n:16383\r\n");
        for (String endpoint : endpoints) {
            reply.append("*3\r\n").append(endpoint).append(":6380\r\n$2\r\nid\r\n");
        }
        return decode(reply.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = { "$0\r\n\r\n", "$-1\r\n" })
    void aNodeWithoutAHostIsWhereItWasAskedFor(String endpoint) {
        Shard shard = TopologyReply.ofSlots(slots(endpoint), ASKED).shard(1).orElseThrow();

        assertEquals(SocketAddress.inetSocketAddress(6380, "asked"), shard.primary().address());
    }

    @Test
    void anIpv6AddressIsAHost() {
        Shard shard = TopologyReply.ofSlots(slots("$3\r\n::1\r\n"), ASKED).shard(1).orElseThrow();

        assertEquals(SocketAddress.inetSocketAddress(6380, "::1"), shard.primary().address());
    }

    @Test
    void nobodyHasTheSlotsOfAPrimaryThatIsNotKnown() {
        SlotMap map = TopologyReply.ofSlots(slots("$1\r\n?\r\n", "$1\r\nb\r\n"), ASKED);

        assertEquals(Optional.empty(), map.shard(1));
        assertEquals(0, map.covered());
    }

    @Test
    void aReplicaThatIsNotKnownIsLeftOut() {
        Shard shard = TopologyReply.ofSlots(slots("$1\r\na\r\n", "$1\r\n?\r\n"), ASKED).shard(1).orElseThrow();

        assertEquals("a", shard.primary().address().host());
        assertTrue(shard.replicas().isEmpty());
    }

    private static final String SHARD = "*1\r\n%2\r\n$5\r\nslots\r\n*2\r\n:0\r\n:16383\r\n$5\r\nnodes\r\n*2\r\n";

    private static String node(String role, String health, int port) {
        return "%6\r\n$8\r\nendpoint\r\n$1\r\nh\r\n$4\r\nport\r\n:" + port + "\r\n$8\r\ntls-port\r\n:" + (port + 1)
                + "\r\n+role\r\n+"
                + role + "\r\n+health\r\n+" + health + "\r\n+availability-zone\r\n+north\r\n";
    }

    @Test
    void portsOfTlsAreForThoseWhoSpeakIt() {
        Response reply = decode(SHARD + node("master", "online", 10) + node("replica", "loading", 20));
        Shard plain = TopologyReply.ofShards(reply, ASKED, false).shard(0).orElseThrow();
        Shard tls = TopologyReply.ofShards(reply, ASKED, true).shard(0).orElseThrow();

        assertEquals(10, plain.primary().address().port());
        assertEquals(11, tls.primary().address().port());
        assertEquals(Health.LOADING, plain.replicas().get(0).health());
        assertEquals("north", plain.replicas().get(0).zone());
    }

    @Test
    void thePrimaryThatHasFailedIsTheOldOne() {
        Response reply = decode(SHARD + node("master", "fail", 10) + node("master", "online", 20));

        assertEquals(20, TopologyReply.ofShards(reply, ASKED, false).shard(0).orElseThrow().primary().address().port());
    }

    @ParameterizedTest
    @ValueSource(strings = { "+OK\r\n", "*1\r\n:1\r\n", "*1\r\n*3\r\n:0\r\n:99999\r\n*2\r\n+h\r\n:1\r\n",
            "*1\r\n*2\r\n+slots\r\n*0\r\n" })
    void whatIsNoSuchAnswerIsRefusedAndSaysWho(String bytes) {
        Response reply = decode(bytes);

        for (Runnable reading : List.<Runnable> of(() -> TopologyReply.ofSlots(reply, ASKED),
                () -> TopologyReply.ofShards(reply, ASKED, false))) {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, reading::run);
            assertTrue(refusal.getMessage().contains("asked:7000"), refusal::getMessage);
        }
    }
}
