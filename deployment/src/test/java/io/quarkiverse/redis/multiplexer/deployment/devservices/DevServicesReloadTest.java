package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusDevModeTest;

/** A live reload in dev mode keeps the servers whose configuration it does not change. */
class DevServicesReloadTest {

    private static final String CONFIGURATION = """
            quarkus.redis-multiplexer.devservices.mode=embedded
            quarkus.redis-multiplexer.named.devservices.arguments=--maxmemory,10mb
            greeting=hello
            """;

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest()
            .withApplicationRoot(root -> root.addClass(Resource.class)
                    .addAsResource(new StringAsset(CONFIGURATION), "application.properties"));

    @Test
    void aServerLivesAsLongAsItsConfiguration() {
        String server = get("/default/server");
        String named = get("/named/server");
        String port = get("/named/port");
        assertEquals("hello", get("/greeting"));
        assertEquals("1", get("/default/count"));

        APPLICATION.modifyResourceFile("application.properties", text -> text.replace("hello", "good bye"));
        assertEquals("good bye", get("/greeting"));
        assertEquals(server, get("/default/server"));
        assertEquals(named, get("/named/server"));
        assertEquals("2", get("/default/count"));

        // More than once: which of two values a client gets must not be left to chance.
        for (int megabytes = 11; megabytes < 15; megabytes++) {
            String maxMemory = megabytes + "mb";
            APPLICATION.modifyResourceFile("application.properties", text -> text.replaceAll("\\d+mb", maxMemory));
            String newNamed = get("/named/server");
            assertNotEquals(named, newNamed);
            named = newNamed;
            assertEquals(server, get("/default/server"));
            String oldPort = port;
            assertThrows(UncheckedIOException.class, () -> new RespClient(Integer.parseInt(oldPort)));
            port = get("/named/port");
        }
        assertEquals("3", get("/default/count"));
    }

    private static String get(String path) {
        return given().get(path).then().statusCode(200).extract().asString();
    }

    @Path("/")
    public static class Resource {

        @Inject
        RedisDataSource redis;

        @Inject
        @RedisClientName("named")
        RedisDataSource named;

        @ConfigProperty(name = "greeting")
        String greeting;

        @GET
        @Path("greeting")
        public String greeting() {
            return greeting;
        }

        /** What tells one start of a server from another. */
        @GET
        @Path("{client}/server")
        public String server(@PathParam("client") String client) {
            return info(client, "run_id");
        }

        @GET
        @Path("{client}/port")
        public String port(@PathParam("client") String client) {
            return info(client, "tcp_port");
        }

        @GET
        @Path("{client}/count")
        public long count(@PathParam("client") String client) {
            return redis(client).value(Long.class).incr("count");
        }

        private String info(String client, String key) {
            return redis(client).execute("INFO", "server").toString().lines().filter(line -> line.startsWith(key + ":"))
                    .findFirst().orElseThrow().substring(key.length() + 1);
        }

        private RedisDataSource redis(String client) {
            return client.equals("named") ? named : redis;
        }
    }
}
