package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.smallrye.certs.CertificateGenerator;
import io.smallrye.certs.CertificateRequest;
import io.smallrye.certs.Format;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** The servers that the client works with, and the ways to reach them. */
class ServersTest {

    private Vertx vertx;

    @BeforeEach
    void start() {
        // Unix sockets need a native transport.
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(value = RedisBinary.class, mode = EnumSource.Mode.EXCLUDE, names = "SYSTEM")
    void everyServerWithBothProtocols(RedisBinary binary) throws Exception {
        binary.assumeThere();
        try (RedisServer server = RedisServer.start(binary)) {
            for (ProtocolVersion version : ProtocolVersion.values()) {
                useEverything(new RedisOptions().setConnectionString(server.url()).setPreferredProtocolVersion(version));
            }
        }
    }

    @Test
    void valkeyIsRedisUnderAnotherName() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            useEverything(new RedisOptions().setConnectionString(server.url().replace("redis:", "valkey:") + "/1"));
        }
    }

    @Test
    void aUnixSocket() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            useEverything(new RedisOptions().setConnectionString("unix://" + server.unixSocket()));
        }
    }

    @Test
    void anAclUserWithFewRights() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            MultiplexedRedis redis = clientOfUser(server, "~allowed:*", "+get", "+hello", "+ping");
            assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
            assertEquals(null, awaitText(redis.send(request(Command.GET, "allowed:key"))));
            assertTrue(awaitFailure(redis.send(request(Command.GET, "other"))).getMessage().startsWith("NOPERM"));
            assertTrue(awaitFailure(redis.send(request(Command.SET, "allowed:key", 1))).getMessage().startsWith("NOPERM"));
        }
    }

    /** MULTI is allowed, EXEC is not: the transaction of one batch must not swallow the commands of others. */
    @Test
    void aTransactionThatTheServerWillNotEndIsNoTrapForOthers() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            MultiplexedRedis redis = clientOfUser(server, "~*", "+get", "+hello", "+ping", "+multi");
            assertTrue(awaitFailure(redis.batch(List.of(request(Command.MULTI), request(Command.GET, "key"),
                    request(Command.EXEC)))).getMessage().contains("NOPERM"));
            for (int i = 0; i < 100; i++) {
                assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
            }
        }
    }

    @Test
    void tls(@TempDir Path folder) throws Exception {
        new CertificateGenerator(folder, true).generate(new CertificateRequest().withName("redis").withCN("localhost")
                .withSubjectAlternativeName("DNS:localhost").withFormat(Format.PEM).withDuration(Duration.ofDays(1)));
        Path certificate = folder.resolve("redis.crt");
        try (RedisServer server = RedisServer.startWithTls(certificate, folder.resolve("redis.key"))) {
            NetClientOptions trusting = new NetClientOptions().setSsl(true).setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(new PemTrustOptions().addCertPath(certificate.toString()));
            useEverything(new RedisOptions().setConnectionString(server.tlsUrl()).setNetClientOptions(trusting));

            useEverything(new RedisOptions().setConnectionString(server.tlsUrl().replace("rediss:", "valkeys:"))
                    .setNetClientOptions(trusting));

            NetClientOptions silent = new NetClientOptions().setSsl(true)
                    .setTrustOptions(new PemTrustOptions().addCertPath(certificate.toString()));
            useEverything(new RedisOptions().setConnectionString(server.tlsUrl()).setNetClientOptions(silent));
            Throwable otherName = awaitFailure(client(new RedisOptions()
                    .setConnectionString(server.tlsUrl().replace("localhost", "127.0.0.1")).setNetClientOptions(silent))
                    .connect());
            assertTrue(otherName.getMessage().contains("No subject alternative names matching IP address 127.0.0.1"),
                    otherName.getMessage());

            NetClientOptions upgrading = new NetClientOptions(trusting).setSsl(false);
            useEverything(new RedisOptions().setConnectionString(server.tlsUrl()).setNetClientOptions(upgrading));

            NetClientOptions distrusting = new NetClientOptions().setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            Throwable failure = awaitFailure(client(
                    new RedisOptions().setConnectionString(server.tlsUrl()).setNetClientOptions(distrusting)).connect());
            assertInstanceOf(ConnectionLostException.class, failure);

            Throwable plain = awaitFailure(client(
                    new RedisOptions().setConnectionString(server.url()).setNetClientOptions(trusting)).connect());
            assertTrue(plain.getMessage().contains("TLS is configured"), plain.getMessage());
        }
    }

    private MultiplexedRedis clientOfUser(RedisServer server, String... rights) {
        try (RespClient administrator = server.client()) {
            List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", "reader", "on", ">pass"));
            command.addAll(List.of(rights));
            administrator.call(command.toArray(String[]::new));
        }
        return client(new RedisOptions().setConnectionString("redis://reader:pass@localhost:" + server.port()));
    }

    private MultiplexedRedis client(RedisOptions options) {
        return MultiplexedRedis.create(vertx, options, new MultiplexerOptions());
    }

    private void useEverything(RedisOptions options) throws Exception {
        MultiplexedRedis redis = client(options);
        await(redis.send(request(Command.FLUSHALL)));
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
        await(redis.send(request(Command.HSET, "hash", "field", "value")));
        assertEquals("value", await(redis.send(request(Command.HGETALL, "hash"))).get("field").toString());
        await(redis.send(request(Command.RPUSH, "queue", "job")));
        assertEquals("[queue, job]", awaitText(redis.send(request(Command.BLPOP, "queue", 5))));

        RedisConnection transaction = await(redis.connect());
        await(transaction.send(request(Command.MULTI)));
        await(transaction.send(request(Command.INCR, "n")));
        assertEquals("[1]", awaitText(transaction.send(request(Command.EXEC))));
        await(transaction.close());

        RedisConnection subscription = await(redis.connect());
        BlockingQueue<Response> messages = new LinkedBlockingQueue<>();
        subscription.handler(messages::add);
        await(subscription.send(request(Command.SUBSCRIBE, "news")));
        await(subscription.send(request(Command.PSUBSCRIBE, "n*")));
        assertEquals("2", awaitText(redis.send(request(Command.PUBLISH, "news", "hello"))));
        assertEquals("[subscribe, news, 1]", messages.poll(10, TimeUnit.SECONDS).toString());
        assertEquals("[psubscribe, n*, 2]", messages.poll(10, TimeUnit.SECONDS).toString());
        assertEquals("[message, news, hello]", messages.poll(10, TimeUnit.SECONDS).toString());
        assertEquals("[pmessage, n*, news, hello]", messages.poll(10, TimeUnit.SECONDS).toString());
        await(subscription.close());
        redis.close();
    }
}
