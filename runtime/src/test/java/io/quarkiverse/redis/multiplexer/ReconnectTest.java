package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.smallrye.certs.CertificateGenerator;
import io.smallrye.certs.CertificateRequest;
import io.smallrye.certs.Format;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** What has changed when a connection is made again. */
class ReconnectTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @Test
    void aNewCertificateOfTheSameAuthorityIsTakenOnReconnect(@TempDir Path folder) throws Exception {
        // Two certificates that both are trusted, as an authority's would be.
        Path first = certificate(folder, "first");
        Path second = certificate(folder, "second");
        Path unknown = certificate(folder, "unknown");
        try (RedisServer server = RedisServer.startWithTls(first, key(first))) {
            server.assumeSince7("way to change certificate and key at once");
            NetClientOptions trusting = new NetClientOptions().setSsl(true).setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(new PemTrustOptions().addCertPath(first.toString()).addCertPath(second.toString()));
            MultiplexedRedis redis = real.client(
                    new RedisOptions().setConnectionString(server.tlsUrl()).setNetClientOptions(trusting),
                    new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(5)));
            assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));

            changeCertificate(server, second);
            assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
            assertEquals(2, redis.status().lanes().get(0).connects());

            changeCertificate(server, unknown);
            Throwable failure = awaitFailure(redis.send(request(Command.GET, "key")));
            assertInstanceOf(ConnectionLostException.class, failure);
            assertFalse(((CommandFailure) failure).sent());

            changeCertificate(server, second);
            assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
        }
    }

    private static void changeCertificate(RedisServer server, Path certificate) {
        try (RespClient administrator = server.client()) {
            administrator.call("CONFIG", "SET", "tls-cert-file", certificate.toString(), "tls-key-file",
                    key(certificate).toString(), "tls-ca-cert-file", certificate.toString());
            administrator.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
    }

    private static Path certificate(Path folder, String name) throws Exception {
        new CertificateGenerator(folder, true).generate(new CertificateRequest().withName(name).withCN("localhost")
                .withSubjectAlternativeName("DNS:localhost").withFormat(Format.PEM).withDuration(Duration.ofDays(1)));
        return folder.resolve(name + ".crt");
    }

    private static Path key(Path certificate) {
        return Path.of(certificate.toString().replace(".crt", ".key"));
    }

    @Test
    void commandsWaitForANameThatCannotBeResolvedYet(@TempDir Path folder) throws Exception {
        Path hosts = folder.resolve("hosts");
        Files.writeString(hosts, "127.0.0.1 localhost\n");
        Vertx vertx = Vertx.vertx(new VertxOptions().setAddressResolverOptions(new AddressResolverOptions()
                .setHostsPath(hosts.toString()).setHostsRefreshPeriod(50).setCacheMaxTimeToLive(0)
                .setServers(List.of("127.0.0.1:" + RedisServer.freePort())).setQueryTimeout(200).setMaxQueries(1)));
        try {
            MultiplexedRedis redis = MultiplexedRedis.create(vertx,
                    new RedisOptions().setConnectionString("redis://redis.example:" + real.server().port()),
                    new MultiplexerOptions());
            Throwable failure = awaitFailure(redis.connect());
            assertInstanceOf(ConnectionLostException.class, failure);
            assertTrue(failure.getMessage().contains("redis.example"), failure.getMessage());
            Future<Response> waiting = redis.send(request(Command.SET, "key", "value"));
            assertFalse(waiting.isComplete());

            Files.writeString(hosts, "127.0.0.1 localhost redis.example\n");
            assertEquals("OK", awaitText(waiting));
        } finally {
            await(vertx.close());
        }
    }

    /** As in front of a failover: connections are refused for a while. */
    @Test
    void commandsWaitForAServerThatRefusesConnections() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port())) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(proxy.url()),
                    new MultiplexerOptions());
            await(redis.send(request(Command.PING)));
            proxy.refuse(true);
            proxy.reset();
            // Before that, the command would be sent, and so not be repeated.
            awaitUntil(() -> redis.status().lanes().get(0).state() != ConnectionState.READY);
            Future<Response> waiting = redis.send(request(Command.SET, "key", "value"));
            int attempts = proxy.accepted();
            awaitUntil(() -> proxy.accepted() >= attempts + 3);
            assertFalse(waiting.isComplete());
            proxy.refuse(false);
            assertEquals("OK", awaitText(waiting));
        }
    }
}
