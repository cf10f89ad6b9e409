package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusDevModeTest;

/** A live reload in dev mode keeps a cluster whose configuration it does not change, and ends one that it does. */
class DevServicesClusterReloadTest {

    private static final String CONFIGURATION = """
            quarkus.redis-multiplexer.devservices.mode=embedded
            quarkus.redis-multiplexer.devservices.cluster.replicas=0
            quarkus.redis.client-type=cluster
            greeting=hello
            """;

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest()
            .withApplicationRoot(root -> root.addClass(Resource.class)
                    .addAsResource(new StringAsset(CONFIGURATION), "application.properties"));

    @Test
    void aClusterLivesAsLongAsItsConfiguration() {
        String hosts = get("/hosts");
        assertEquals("hello", get("/greeting"));
        assertEquals("1", get("/count"));
        assertEquals(3, servers(hosts));

        change("hello", "good bye");
        assertEquals("good bye", get("/greeting"));
        assertEquals(hosts, get("/hosts"));
        assertEquals("2", get("/count"));

        change("replicas=0", "replicas=1");
        String replicated = get("/hosts");
        assertNotEquals(hosts, replicated);
        assertAreGone(hosts);
        assertEquals("1", get("/count"));
        assertEquals(6, servers(replicated));

        change("client-type=cluster", "client-type=standalone");
        String single = get("/hosts");
        assertEquals(1, ports(single).size());
        assertAreGone(replicated);
        assertEquals("1", get("/count"));
    }

    private static void change(String old, String replacement) {
        APPLICATION.modifyResourceFile("application.properties", text -> text.replace(old, replacement));
    }

    private static String get(String path) {
        return given().get(path).then().statusCode(200).extract().asString();
    }

    private static List<Integer> ports(String hosts) {
        return Stream.of(hosts.split(",")).map(host -> Integer.valueOf(host.replaceAll(".*:", ""))).toList();
    }

    private static long servers(String hosts) {
        try (RespClient client = new RespClient(ports(hosts).get(0))) {
            return ((String) client.call("CLUSTER", "NODES")).lines().count();
        }
    }

    private static void assertAreGone(String hosts) {
        ports(hosts).forEach(port -> assertThrows(UncheckedIOException.class, () -> new RespClient(port)));
    }

    @Path("/")
    public static class Resource {

        @Inject
        RedisDataSource redis;

        @ConfigProperty(name = "greeting")
        String greeting;

        @ConfigProperty(name = "quarkus.redis.hosts")
        String hosts;

        @GET
        @Path("greeting")
        public String greeting() {
            return greeting;
        }

        @GET
        @Path("hosts")
        public String hosts() {
            return hosts;
        }

        @GET
        @Path("count")
        public long count() {
            return redis.value(Long.class).incr("count");
        }
    }
}
