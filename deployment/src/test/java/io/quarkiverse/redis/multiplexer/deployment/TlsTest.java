package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.certs.CertificateGenerator;
import io.smallrye.certs.CertificateRequest;
import io.smallrye.certs.Format;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** A server whose certificate is that of {@code localhost}, reached by that name and by its address. */
class TlsTest {

    private static final Path CERTIFICATES = Path.of("target", "tls-test");
    private static final Path CERTIFICATE = CERTIFICATES.resolve("redis.crt").toAbsolutePath();
    private static final RedisServer SERVER = RedisServer.prepareWithTls(CERTIFICATE,
            CERTIFICATES.resolve("redis.key").toAbsolutePath());
    private static final String BY_NAME = SERVER.tlsUrl();
    private static final String BY_ADDRESS = BY_NAME.replace("localhost", "127.0.0.1");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .withEmptyApplication()
            .setBeforeAllCustomizer(TlsTest::start)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("quarkus.tls.strict.trust-store.pem.certs", CERTIFICATE.toString())
            .overrideRuntimeConfigKey("quarkus.tls.lax.trust-store.pem.certs", CERTIFICATE.toString())
            .overrideRuntimeConfigKey("quarkus.tls.lax.hostname-verification-algorithm", "NONE")
            .overrideRuntimeConfigKey("quarkus.redis.hosts", BY_NAME)
            .overrideRuntimeConfigKey("quarkus.redis.tls-configuration-name", "strict")
            .overrideRuntimeConfigKey("quarkus.redis.by-address.hosts", BY_ADDRESS)
            .overrideRuntimeConfigKey("quarkus.redis.by-address.tls-configuration-name", "strict")
            .overrideRuntimeConfigKey("quarkus.redis.lax.hosts", BY_ADDRESS)
            .overrideRuntimeConfigKey("quarkus.redis.lax.tls-configuration-name", "lax")
            .overrideRuntimeConfigKey("quarkus.redis.without-registry.hosts", BY_ADDRESS)
            .overrideRuntimeConfigKey("quarkus.redis.without-registry.tls.trust-certificate-pem", "true")
            .overrideRuntimeConfigKey("quarkus.redis.without-registry.tls.trust-certificate-pem.certs", CERTIFICATE.toString())
            .overrideRuntimeConfigKey("quarkus.redis.told-not-to.hosts", BY_ADDRESS)
            .overrideRuntimeConfigKey("quarkus.redis.told-not-to.tls.hostname-verification-algorithm", "NONE")
            .overrideRuntimeConfigKey("quarkus.redis.told-not-to.tls.trust-certificate-pem", "true")
            .overrideRuntimeConfigKey("quarkus.redis.told-not-to.tls.trust-certificate-pem.certs", CERTIFICATE.toString())
            .overrideRuntimeConfigKey("quarkus.redis.trusting.hosts", BY_ADDRESS)
            .overrideRuntimeConfigKey("quarkus.redis.trusting.tls.trust-all", "true")
            .overrideRuntimeConfigKey("quarkus.redis.valkeys.hosts", BY_NAME.replace("rediss:", "valkeys:"))
            .overrideRuntimeConfigKey("quarkus.redis.valkeys.tls-configuration-name", "strict")
            .overrideRuntimeConfigKey("quarkus.redis.valkey.hosts", SERVER.url().replace("redis:", "valkey:") + "/1");

    private static void start() {
        try {
            CERTIFICATES.toFile().mkdirs();
            new CertificateGenerator(CERTIFICATES, true).generate(new CertificateRequest().withName("redis").withCN("localhost")
                    .withSubjectAlternativeName("DNS:localhost").withFormat(Format.PEM).withDuration(Duration.ofDays(1)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        SERVER.run();
    }

    @Inject
    MultiplexedRedis byName;

    @RedisClientName("by-address")
    MultiplexedRedis byAddress;

    @RedisClientName("lax")
    MultiplexedRedis lax;

    @RedisClientName("without-registry")
    MultiplexedRedis withoutRegistry;

    @RedisClientName("told-not-to")
    MultiplexedRedis toldNotTo;

    @RedisClientName("trusting")
    MultiplexedRedis trusting;

    @RedisClientName("valkeys")
    MultiplexedRedis valkeys;

    @RedisClientName("valkey")
    MultiplexedRedis valkey;

    @Test
    void theNameInTheCertificateIsVerified() {
        assertEquals("PONG", ping(byName));
        for (MultiplexedRedis redis : new MultiplexedRedis[] { byAddress, withoutRegistry }) {
            CompletionException failure = assertThrows(CompletionException.class, () -> ping(redis));
            assertTrue(failure.getCause().getMessage().contains("No subject alternative names matching IP address 127.0.0.1"),
                    failure::toString);
        }
    }

    @Test
    void whatIsConfiguredGoesBefore() {
        assertEquals("PONG", ping(lax));
        assertEquals("PONG", ping(toldNotTo));
        assertEquals("PONG", ping(trusting));
    }

    @Test
    void valkeyIsRedis() {
        assertEquals("PONG", ping(valkeys));
        assertEquals("PONG", ping(valkey));
        valkey.send(Request.cmd(Command.SET).arg("in").arg("one")).toCompletionStage().toCompletableFuture().join();
        assertEquals(null, byName.send(Request.cmd(Command.GET).arg("in")).toCompletionStage().toCompletableFuture().join());
    }

    /** By {@code connect()}, which fails at once with what is wrong. */
    private static String ping(MultiplexedRedis redis) {
        return redis.connect().compose(connection -> connection.send(Request.cmd(Command.PING))).toCompletionStage()
                .toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join().toString();
    }
}
