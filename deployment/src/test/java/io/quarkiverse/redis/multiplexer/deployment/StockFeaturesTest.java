package io.quarkiverse.redis.multiplexer.deployment;

import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.restassured.RestAssured;
import io.vertx.redis.client.RedisOptions;

/** What quarkus-redis-client does around its clients still happens: preloading, health, customizers, client names. */
class StockFeaturesTest {

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .withApplicationRoot(jar -> jar.addClass(IntoDatabaseTwo.class)
                    .addAsResource(new StringAsset("SET preloaded yes\nHSET hash field value\n"), "import.redis"))
            .overrideRuntimeConfigKey("quarkus.redis.configure-client-name", "true")
            .overrideRuntimeConfigKey("quarkus.redis.client-name", "my-application");

    @ApplicationScoped
    public static class IntoDatabaseTwo implements RedisOptionsCustomizer {

        @Override
        public void customize(String clientName, RedisOptions options) {
            options.setConnectionString(options.getEndpoint().replace("?", "/2?"));
        }
    }

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @Inject
    RedisDataSource dataSource;

    @Test
    void dataIsPreloadedThroughIt() {
        assertEquals("yes", dataSource.value(String.class).get("preloaded"));
    }

    @Test
    void customizersAreAsked() {
        dataSource.value(String.class).set("customized", "yes");
        try (RespClient observer = new RespClient(server.getPort())) {
            observer.call("SELECT", "2");
            assertEquals("yes", observer.call("GET", "customized"));
        }
    }

    @Test
    void theServerKnowsTheNameOfTheClient() {
        dataSource.value(String.class).get("any");
        try (RespClient observer = new RespClient(server.getPort())) {
            assertTrue(observer.connections().stream().allMatch(line -> line.contains("name=my-application ")),
                    observer.connections().toString());
        }
    }

    @Test
    void theHealthCheckAsksTheServer() {
        RestAssured.get("/q/health/ready").then().statusCode(200)
                .body("checks.find { it.name == 'Redis connection health check' }.status", is("UP"))
                .body("checks.find { it.name == 'Redis connection health check' }.data.default", is("PONG"));
    }
}
