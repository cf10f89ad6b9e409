package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/** A live reload in dev mode keeps sentinels and servers whose configuration it does not change, whoever is the primary. */
class DevServicesSentinelReloadTest {

    private static final String CONFIGURATION = """
            quarkus.redis-multiplexer.devservices.mode=embedded
            quarkus.redis-multiplexer.devservices.replicas=1
            quarkus.redis.client-type=sentinel
            quarkus.redis.master-name=orders
            greeting=hello
            """;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest()
            .withApplicationRoot(root -> root.addClass(Resource.class)
                    .addAsResource(new StringAsset(CONFIGURATION), "application.properties"));

    @Test
    void serversLiveAsLongAsTheirConfiguration() throws InterruptedException {
        String hosts = get("/hosts");
        assertEquals("1", get("/count"));
        List<Integer> all = all(hosts, "orders");
        assertEquals(5, all.size());

        failOver(hosts);
        assertEquals("2", get("/count"));

        change("hello", "good bye");
        assertEquals("good bye", get("/greeting"));
        assertEquals(hosts, get("/hosts"));
        assertEquals("3", get("/count"));

        change("replicas=1", "replicas=2");
        String more = get("/hosts");
        assertNotEquals(hosts, more);
        assertAreGone(all);
        assertEquals("1", get("/count"));
        List<Integer> six = all(more, "orders");
        assertEquals(6, six.size());

        change("client-type=sentinel", "client-type=replication");
        String replication = get("/hosts");
        assertAreGone(six);
        assertEquals(3, ports(replication).size());
        assertEquals("1", get("/count"));
    }

    private static void failOver(String hosts) throws InterruptedException {
        try (RespClient sentinel = new RespClient(ports(hosts).get(1))) {
            String old = get("/port");
            assertEquals("OK", sentinel.call("SENTINEL", "FAILOVER", "orders"));
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            // What the old primary acknowledges until sentinels have told of the new one may be lost.
            while (old.equals(get("/port")) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertNotEquals(old, get("/port"));
        }
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

    /** The ports of sentinels and of what they watch. */
    private static List<Integer> all(String hosts, String name) {
        List<Integer> all = new ArrayList<>(ports(hosts));
        try (RespClient sentinel = new RespClient(all.get(0))) {
            List<?> address = (List<?>) sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name);
            all.add(Integer.valueOf((String) address.get(1)));
            for (Object replica : (List<?>) sentinel.call("SENTINEL", "REPLICAS", name)) {
                List<?> fields = (List<?>) replica;
                all.add(Integer.valueOf((String) fields.get(fields.indexOf("port") + 1)));
            }
        }
        return all;
    }

    private static void assertAreGone(List<Integer> ports) {
        ports.forEach(port -> assertThrows(UncheckedIOException.class, () -> new RespClient(port)));
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

        /** Of the server that answers. */
        @GET
        @Path("port")
        public String port() {
            return redis.execute("INFO", "server").toString().lines().filter(line -> line.startsWith("tcp_port:")).findFirst()
                    .orElseThrow();
        }

        @GET
        @Path("count")
        public long count() {
            return redis.value(Long.class).incr("count");
        }
    }
}
