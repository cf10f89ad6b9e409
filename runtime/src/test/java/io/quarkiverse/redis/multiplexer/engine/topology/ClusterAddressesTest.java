package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.Redirect;
import io.quarkiverse.redis.multiplexer.engine.command.Redirect.HostKind;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.net.SocketAddress;

class ClusterAddressesTest {

    private static ClusterAddresses addresses(String... hosts) {
        return new ClusterAddresses(ClusterByHand.settings(hosts).addresses());
    }

    @Test
    void nodesHaveTheLoginThatIsConfigured() {
        NodeAddress node = addresses("rediss://user:secret@h:1?client=me", "rediss://h:2").of(at(7001));

        assertEquals(at(7001), node.socket());
        assertEquals("user", node.user());
        assertEquals("secret", node.password());
        assertEquals("me", node.clientName());
        assertTrue(node.tls());
    }

    @Test
    void theLoginMayBeThatOfAnotherHostThanTheFirst() {
        ClusterAddresses addresses = addresses("redis://h:1", "redis://user:secret@h:2");

        assertEquals("secret", addresses.of(at(7001)).password());
        assertEquals(2, addresses.seeds().size());
    }

    @Test
    void theCertificateOfANodeIsForItsNameOrForTheConfiguredOne() {
        ClusterAddresses addresses = addresses("rediss://10.0.0.1:1", "rediss://redis.example.com:2");
        assertNull(addresses.of(SocketAddress.inetSocketAddress(1, "node.example.com")).serverName());
        assertEquals("redis.example.com", addresses.of(SocketAddress.inetSocketAddress(1, "10.0.0.2")).serverName());
        assertEquals("redis.example.com", addresses.of(SocketAddress.inetSocketAddress(1, "fe80::1")).serverName());
        assertNull(addresses.of(SocketAddress.inetSocketAddress(2, "redis.example.com")).serverName());
        assertNull(addresses("rediss://10.0.0.1:1").of(SocketAddress.inetSocketAddress(1, "10.0.0.2")).serverName());
    }

    @Test
    void aRedirectNamesAHostOrIsAboutTheSameOne() {
        SocketAddress from = SocketAddress.inetSocketAddress(7001, "here");
        assertEquals(Optional.of(SocketAddress.inetSocketAddress(7002, "there")),
                ClusterAddresses.resolve(redirect(HostKind.NAMED, "there"), from));
        assertEquals(Optional.of(SocketAddress.inetSocketAddress(7002, "::1")),
                ClusterAddresses.resolve(redirect(HostKind.NAMED, "::1"), from));
        assertEquals(Optional.of(SocketAddress.inetSocketAddress(7002, "here")),
                ClusterAddresses.resolve(redirect(HostKind.SAME, ""), from));
        assertEquals(Optional.empty(), ClusterAddresses.resolve(redirect(HostKind.UNKNOWN, ""), from));
    }

    private static Redirect redirect(HostKind kind, String host) {
        return new Redirect(ServerError.MOVED, OptionalInt.of(1), kind, host, 7002);
    }
}
