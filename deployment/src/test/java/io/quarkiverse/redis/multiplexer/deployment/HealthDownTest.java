package io.quarkiverse.redis.multiplexer.deployment;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.test.QuarkusUnitTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;

/** Servers that are away, each in its own way. */
class HealthDownTest {

    private static final RedisServer SERVER = RedisServer.prepare();
    private static final SilentServer SILENT = new SilentServer(RedisServer.freePort());

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .withEmptyApplication()
            .setBeforeAllCustomizer(() -> {
                SERVER.run();
                SILENT.open();
            })
            .setAfterAllCustomizer(() -> {
                SERVER.close();
                SILENT.close();
            })
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.absent.hosts", "redis://me:s3cret@localhost:" + RedisServer.freePort())
            .overrideRuntimeConfigKey("quarkus.redis.silent.hosts", "redis://:s3cret@localhost:" + SILENT.port)
            // Who waits for these waits for ever.
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.silent.connect-timeout", "1h")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.silent.command-timeout", "1h")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.silent.health.timeout", "300ms");

    /** Connections are accepted, and that is all. */
    private static final class SilentServer {

        private final int port;
        private ServerSocket socket;

        SilentServer(int port) {
            this.port = port;
        }

        void open() {
            try {
                socket = new ServerSocket();
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @Inject
    MultiplexedRedis byDefault;

    @RedisClientName("absent")
    MultiplexedRedis absent;

    @RedisClientName("silent")
    MultiplexedRedis silent;

    @Test
    void theCheckIsDownAndSaysWhoIsAndWhy() {
        check().body("checks[0].data.default", is("PONG"))
                .body("checks[0].data.absent", containsString("cannot connect"))
                .body("checks[0].data.'absent.node'", containsString("localhost:"))
                .body("checks[0].data.'absent.state'", matchesPattern("1 (CONNECTING|BACKING_OFF)"))
                .body("checks[0].data.'absent.last-error'", containsString("Connection refused"))
                .body("checks[0].data.silent", is("No answer to PING within 300 ms"))
                .body("checks[0].data.'silent.state'", containsString("HANDSHAKING"));
    }

    @Test
    void aServerThatGoesAwayIsNoticed() {
        RestAssured.get("/q/health/ready").then().body("checks[0].data.default", is("PONG"));
        try (RespClient administrator = new RespClient(server.getPort())) {
            assertThrows(IllegalStateException.class, () -> administrator.call("SHUTDOWN", "NOSAVE"));
        }
        String state = "";
        while (!state.startsWith("Redis client '<default>' at localhost:")) {
            state = RestAssured.get("/q/health/ready").path("checks[0].data.default");
        }
        check().body("checks[0].data.'default.last-error'", containsString("Redis client '<default>' at localhost:"));
    }

    private static ValidatableResponse check() {
        return RestAssured.get("/q/health/ready").then().statusCode(503).body("checks", hasSize(1))
                .body("checks[0].status", is("DOWN")).body(not(containsString("s3cret")));
    }
}
