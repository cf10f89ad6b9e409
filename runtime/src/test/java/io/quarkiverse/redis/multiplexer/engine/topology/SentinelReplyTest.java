package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.decode;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** What sentinels and servers answer, and what is made of it: {@link SentinelReply}, {@link RoleReply} and their troubles. */
class SentinelReplyTest {

    private static final SentinelSettings SETTINGS = new SentinelSettings(ClientSettings.of("orders",
            new RedisOptions().setType(RedisClientType.SENTINEL).setConnectionString("redis://:secret@h:1"),
            new MultiplexerOptions()));

    @Test
    void anAddressIsAHostAndAPort() {
        assertEquals(Optional.of(at(7001)), SentinelReply.primary(decode("*2\r\n$1\r\nh\r\n$4\r\n7001\r\n")));
        assertEquals(Optional.empty(), SentinelReply.primary(null));
        assertThrows(IllegalArgumentException.class, () -> SentinelReply.primary(decode("*1\r\n$1\r\nh\r\n")));
    }

    @Test
    void instancesAreToldAsMapsOrAsListsAndThoseWithoutAnAddressAreLeftOut() {
        assertEquals(List.of(at(1), at(2)),
                SentinelReply.addresses(decode("*4\r\n%2\r\n$2\r\nip\r\n$1\r\nh\r\n$4\r\nport\r\n$1\r\n1\r\n"
                        + "*4\r\n$2\r\nip\r\n$1\r\nh\r\n$4\r\nport\r\n$1\r\n2\r\n*2\r\n$2\r\nip\r\n$1\r\nh\r\n"
                        + "*4\r\n$2\r\nip\r\n$1\r\nh\r\n$4\r\nport\r\n$5\r\n70000\r\n")));
    }

    @Test
    void aServerSaysWhatItIs() {
        RoleReply primary = RoleReply.of(decode("*3\r\n$6\r\nmaster\r\n:1\r\n*1\r\n*3\r\n$1\r\nh\r\n$1\r\n2\r\n$1\r\n0\r\n"));
        assertEquals(NodeRole.PRIMARY, primary.role());
        assertEquals(List.of(at(2)), primary.replicas());
        RoleReply replica = RoleReply.of(decode("*5\r\n$5\r\nslave\r\n$1\r\nh\r\n:1\r\n$4\r\nsync\r\n:0\r\n"));
        assertEquals(Optional.of(at(1)), replica.primary());
        assertEquals(List.of(NodeRole.REPLICA, false), List.of(replica.role(), replica.linked()));
        assertEquals(NodeRole.UNKNOWN, RoleReply.of(decode("*2\r\n$8\r\nsentinel\r\n*0\r\n")).role());
        assertThrows(IllegalArgumentException.class, () -> RoleReply.of(decode("*1\r\n$6\r\nmaster\r\n")));
    }

    /** As {@code redis-cli --replica} does. */
    @Test
    void whoReplicatesAndIsNoServerIsNoReplica() {
        RoleReply primary = RoleReply.of(decode("*3\r\n$6\r\nmaster\r\n:1\r\n*3\r\n*3\r\n$1\r\nh\r\n$1\r\n0\r\n$1\r\n0\r\n"
                + "*3\r\n$1\r\nh\r\n$1\r\n2\r\n$1\r\n0\r\n*3\r\n$1\r\nh\r\n$5\r\n70000\r\n$1\r\n0\r\n"));
        assertEquals(List.of(NodeRole.PRIMARY, List.of(at(2))), List.of(primary.role(), primary.replicas()));
    }

    @Test
    void troubleNamesTheClientTheSentinelAndNoSecret() {
        SentinelTrouble trouble = new SentinelTrouble(SETTINGS);
        NodeAddress sentinel = SETTINGS.sentinels().get(0);
        Throwable refuted = trouble.refuted(sentinel, at(7001), NodeRole.PRIMARY, trouble.isNot(at(7001), "slave"));
        Map<NodeAddress, Throwable> causes = new LinkedHashMap<>(Map.of(sentinel, refuted));
        Throwable nobody = trouble.nobody(causes);
        assertTrue(nobody instanceof ConnectionLostException);
        assertEquals("Redis client 'orders' finds no server by its sentinels: the sentinel at h:1 says that h:7001 is the"
                + " primary, but h:7001 says that it is a slave", nobody.getMessage());
        assertTrue(trouble.noReplica(sentinel).getMessage().contains("quarkus.redis.role"));
        assertTrue(trouble.nobody(Map.of()) instanceof ConnectionLostException);
    }

    @Test
    void troubleOfServersTellsWhatTheyAre() {
        ReplicationTrouble trouble = new ReplicationTrouble("orders");
        RoleReply replica = RoleReply.of(decode("*5\r\n$5\r\nslave\r\n$1\r\nh\r\n:1\r\n$4\r\nsync\r\n:0\r\n"));
        assertEquals("Redis client 'orders' finds no primary (quarkus.redis.hosts): h:2 says that it is a slave of h:1",
                trouble.nobody(Map.of(at(2), replica), Map.of()).getMessage());
        assertTrue(trouble.nobody(Map.of(), Map.of(at(2), ErrorType.create("NOAUTH"))) instanceof ErrorType);
        assertTrue(trouble.firstIsNoPrimary(at(2), replica).contains("topology=static"));
    }
}
