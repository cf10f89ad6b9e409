package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusDevModeTest;

/** In dev mode, an application uses the server that another one shares, and starts and shares its own when that has ended. */
class DevServicesSharedTest {

    private static final String NAME = UUID.randomUUID().toString();
    private static final RedisServer SERVER = RedisServer.start();
    private static final String SHARED = "localhost:" + SERVER.port();
    // Of a process that lives for as long as the test, and is not this one.
    private static final SharedService SERVICE = SharedService.of(Settings.none(), NAME,
            ProcessHandle.current().parent().orElseThrow().pid());

    static {
        SERVICE.publish(SHARED);
    }

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest()
            .withApplicationRoot(root -> root.addClass(Resource.class).addAsResource(new StringAsset("""
                    quarkus.redis-multiplexer.devservices.mode=embedded
                    quarkus.redis.devservices.service-name=%s
                    """.formatted(NAME)), "application.properties"));

    @AfterAll
    static void clean() throws IOException {
        SERVER.close();
        Files.deleteIfExists(SERVICE.file());
    }

    @Test
    void theServerOfAnotherApplicationIsUsedForAsLongAsItRunsAndThenOneIsSharedInTurn() {
        try (RespClient client = SERVER.client()) {
            client.call("SET", "key", "shared");
        }
        assertEquals("shared", given().get("/key").asString());

        SERVER.kill();
        APPLICATION.modifyResourceFile("application.properties", text -> text + "\n# Something else.\n");
        assertNotEquals("shared", given().get("/key").asString());
        assertEquals(204, given().get("/key").statusCode());

        String own = SERVICE.find(Optional.empty()).orElseThrow();
        assertNotEquals(SHARED, own);
        try (RespClient client = new RespClient(Integer.parseInt(own.substring(own.indexOf(':') + 1)))) {
            client.call("SET", "key", "shared in turn");
        }
        assertEquals("shared in turn", given().get("/key").asString());
    }

    @Path("/key")
    public static class Resource {

        @Inject
        RedisDataSource redis;

        @GET
        public String key() {
            return redis.value(String.class).get("key");
        }
    }
}
