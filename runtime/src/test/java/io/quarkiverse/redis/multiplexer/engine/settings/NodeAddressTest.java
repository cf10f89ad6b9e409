package io.quarkiverse.redis.multiplexer.engine.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;

/** The connection strings that {@link NodeAddress} reads, and the secrets that it keeps. */
class NodeAddressTest {

    private static final String SECRET = "s3cr3t";

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            // connection string, host, port, TLS, user, password, database, name
            "redis://localhost, localhost, 6379, false, -, -, -, -",
            "redis://localhost/, localhost, 6379, false, -, -, -, -",
            "redis://10.1.2.3:7000, 10.1.2.3, 7000, false, -, -, -, -",
            "rediss://redis.example.com:7000, redis.example.com, 7000, true, -, -, -, -",
            "redis://[::1]:7000, [::1], 7000, false, -, -, -, -",
            "redis://:s3cr3t@localhost, localhost, 6379, false, -, s3cr3t, -, -",
            "redis://me:s3cr3t@localhost:7000/3, localhost, 7000, false, me, s3cr3t, 3, -",
            "redis://me:p%40ss%3Aw%2Ford%25@localhost, localhost, 6379, false, me, p@ss:w/ord%, -, -",
            "redis://m%C3%BCller:s3cr3t@localhost, localhost, 6379, false, m\u00fcller, s3cr3t, -, -",
            "redis://localhost?user=me&password=s3cr3t, localhost, 6379, false, me, s3cr3t, -, -",
            "redis://localhost?db=4, localhost, 6379, false, -, -, 4, -",
            "redis://localhost/5?db=4, localhost, 6379, false, -, -, 5, -",
            "redis://localhost/5?client=orders, localhost, 6379, false, -, -, 5, orders",
            "rediss://me:s3cr3t@localhost/0?client=orders, localhost, 6379, true, me, s3cr3t, 0, orders" })
    void aConnectionStringTellsWhereAndAsWhom(String url, String host, int port, boolean tls, String user, String password,
            Integer database, String clientName) {
        NodeAddress address = of(url);

        assertEquals(SocketAddress.inetSocketAddress(port, host), address.socket());
        assertEquals(tls, address.tls());
        assertEquals(user, address.user());
        assertEquals(password, address.password());
        assertEquals(database, address.database());
        assertEquals(clientName, address.clientName());
    }

    @Test
    void aUnixSocketIsAPath() {
        NodeAddress address = of("unix:///run/redis.sock?db=2&user=me&password=s3cr3t&client=orders");

        assertEquals(SocketAddress.domainSocketAddress("/run/redis.sock"), address.socket());
        assertFalse(address.tls());
        assertEquals("me", address.user());
        assertEquals(SECRET, address.password());
        assertEquals(2, address.database());
        assertEquals("orders", address.clientName());
        assertEquals("/run/redis.sock", address.toString());
    }

    @Test
    void thePasswordMayBeGivenApart() {
        RedisOptions options = new RedisOptions().setPassword(SECRET);
        assertEquals(SECRET, NodeAddress.of(options.setConnectionString("redis://localhost")).password());
        assertEquals("other", NodeAddress.of(options.setConnectionString("redis://:other@localhost")).password());
        assertNull(of("redis://localhost").password());
    }

    @Test
    void allHostsAreReadInTheirOrder() {
        assertEquals(List.of("localhost:6379"), names(new RedisOptions()));
        assertEquals(List.of("b:1", "a:6379", "c:6379"),
                names(new RedisOptions().setEndpoints(List.of("redis://b:1", "redis://a", "redis://c"))));
    }

    private static List<String> names(RedisOptions options) {
        return NodeAddress.all(options).stream().map(NodeAddress::toString).toList();
    }

    @Test
    void hostsWithoutAPasswordHaveTheLoginOfTheFirstWithOne() {
        RedisOptions options = new RedisOptions().setEndpoints(List.of("redis://a", "redis://me:s3cr3t@b", "redis://c"));
        for (NodeAddress address : NodeAddress.all(options)) {
            assertEquals("me", address.user());
            assertEquals(SECRET, address.password());
        }
        options.setEndpoints(List.of("redis://a", "redis://c")).setPassword(SECRET);
        for (NodeAddress address : NodeAddress.all(options)) {
            assertNull(address.user());
            assertEquals(SECRET, address.password());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "s3cr3t", "localhost:6379", "http://:s3cr3t@localhost", "redis:", "redis://",
            "redis://:s3cr3t@",
            "redis:///1", "redis://me:s3cr3t@localhost:port", "redis://me:s3cr3t@localhost:99999",
            "redis://me:s3cr3t@local host", "redis://me:s3cr3t[@localhost", "redis://me:s3cr3t/x@localhost",
            "redis://me:s3cr3t#x@localhost", "redis://me:100%s3cr3t@localhost", "redis://:s3cr3t@localhost/zero",
            "redis://:s3cr3t@localhost?db=zero", "redis://my_host:6379", "redis://:s3cr3t@my_host:6379/x",
            "unix://:s3cr3t@/run/redis.sock", "unix:///run/redis.sock?db=s3cr3t", "rediss:s3cr3t" })
    void whatIsNoConnectionStringIsRefusedWithoutTellingIt(String url) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> of(url));

        assertTrue(refusal.getMessage().contains("quarkus.redis.hosts"), refusal.getMessage());
        assertNull(refusal.getCause(), "A cause would tell");
        assertFalse(refusal.getMessage().contains(SECRET), refusal.getMessage());
    }

    @Test
    void theRefusalReachesWhoMakesTheClientWithoutThePassword() {
        RedisOptions options = new RedisOptions().setConnectionString("redis://:s3cr3t@localhost:port");
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> ClientSettings.of("orders", options, new MultiplexerOptions().setMaxPending(0)));

        assertTrue(refusal.getMessage().startsWith("Redis client 'orders': max-pending is 0"), refusal.getMessage());
        assertFalse(refusal.getMessage().contains(SECRET), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = { "redis://me:s3cr3t@localhost:7000/3?client=orders", "rediss://:s3cr3t@localhost:7000",
            "redis://localhost:7000?user=s3cr3t&password=s3cr3t" })
    void noStringHasASecret(String url) {
        RedisOptions options = new RedisOptions().setConnectionString(url).setPassword(SECRET);
        NodeAddress address = NodeAddress.of(options);
        ClientSettings settings = ClientSettings.of("orders", options, new MultiplexerOptions());

        assertEquals("localhost:7000", address.toString());
        assertFalse(settings.toString().contains(SECRET), settings::toString);
        assertEquals("Redis client 'orders' at localhost:7000",
                new Failures("orders", address, new MultiplexerOptions()).subject());
    }

    private static NodeAddress of(String url) {
        return NodeAddress.of(new RedisOptions().setConnectionString(url));
    }
}
