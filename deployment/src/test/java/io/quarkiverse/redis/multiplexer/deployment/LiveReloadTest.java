package io.quarkiverse.redis.multiplexer.deployment;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.arc.ClientProxy;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.QuarkusDevModeTest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;

/** What becomes of the clients in live reloads. */
class LiveReloadTest {

    private static final String CONFIGURATION = "application.properties";

    private static final RedisServer SERVER = RedisServer.prepare();
    private static final RedisServer OTHER_SERVER = RedisServer.prepare("--requirepass", "secret");

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest()
            .withApplicationRoot(root -> root.addClasses(Resource.class, LastWords.class)
                    .addAsResource(new StringAsset("""
                            quarkus.redis.hosts=%s/0
                            quarkus.redis-multiplexer.lanes=1
                            fail=false
                            greeting=hello
                            """.formatted(SERVER.url())), CONFIGURATION));

    @BeforeAll
    static void startServers() {
        SERVER.run();
        OTHER_SERVER.run();
    }

    @AfterAll
    static void stopServers() {
        SERVER.close();
        OTHER_SERVER.close();
    }

    @Test
    void beansUseRedisUntilTheirVeryEnd() {
        get("/ping");
        change("greeting=hello", "greeting=good bye");
        assertEquals("good bye", get("/greeting"));
        try (RespClient observer = SERVER.client()) {
            assertEquals("said good bye", observer.call("GET", "in a shutdown observer"));
            assertEquals("said good bye", observer.call("GET", "in a pre-destroy method"));
        }
    }

    @Test
    void aHandleHeldAcrossReloadsWorksAgainAndSaysWhyItDidNot() {
        get("/hold");
        for (int reload = 0; reload < 3; reload++) {
            String greeting = "hello " + reload;
            APPLICATION.modifyResourceFile(CONFIGURATION, text -> text.replaceAll("greeting=.*", "greeting=" + greeting));
            assertEquals(greeting, get("/greeting"));
            assertEquals("PONG", get("/held"));
        }
        List<String> failures = get("/let-go").lines().toList();
        assertTrue(failures.size() >= 3, failures::toString);
        for (String failure : failures) {
            assertTrue(failure.contains("the application is stopped"), failure);
        }
        assertEquals(1, connections());
    }

    @Test
    void aFailedStartIsFollowedByAGoodOne() {
        get("/hold");
        change("fail=false", "fail=true");
        given().get("/ping").then().statusCode(500);
        change("fail=true", "fail=false");
        assertEquals("PONG", get("/ping"));
        assertEquals("PONG", get("/held"));
        get("/let-go");
        assertEquals(1, connections());
    }

    @Test
    void aChangedConfigurationIsInForceAfterTheReload() {
        assertEquals("0", get("/database"));
        change(SERVER.url() + "/0", SERVER.url() + "/7");
        assertEquals("7", get("/database"));

        change(SERVER.url() + "/7", "redis://:secret@localhost:" + OTHER_SERVER.port() + "/3");
        assertEquals("3", get("/database"));
        try (RespClient observer = OTHER_SERVER.client()) {
            observer.call("AUTH", "secret");
            // The shared one, and the one that CLIENT INFO was sent on, which has left no trace there and is kept for others.
            assertEquals(2, observer.connections().size());
            observer.call("CONFIG", "SET", "requirepass", "changed");
        }
        assertEquals(0, connections());

        change(":secret@", ":changed@");
        assertEquals("3", get("/database"));

        change("fail=", "quarkus.redis-multiplexer.command-timeout=300ms\nfail=");
        assertTrue(get("/slow").contains("within 300 ms"));
        change("timeout=300ms", "timeout=9s");
        assertEquals("OK", get("/slow"));
    }

    private static int connections() {
        try (RespClient observer = SERVER.client()) {
            return observer.connections().size();
        }
    }

    private static void change(String from, String to) {
        APPLICATION.modifyResourceFile(CONFIGURATION, text -> text.replace(from, to));
    }

    private static String get(String path) {
        return given().get(path).then().statusCode(200).extract().asString();
    }

    @ApplicationScoped
    public static class LastWords {

        @Inject
        RedisDataSource redis;

        @ConfigProperty(name = "fail")
        boolean fail;

        void onStart(@Observes StartupEvent event) {
            redis.execute("PING");
            if (fail) {
                throw new IllegalStateException("This start fails");
            }
        }

        void onStop(@Observes ShutdownEvent event) {
            redis.value(String.class).set("in a shutdown observer", "said good bye");
        }

        @PreDestroy
        void destroy() {
            redis.value(String.class).set("in a pre-destroy method", "said good bye");
        }
    }

    @Path("/")
    public static class Resource {

        /** Holds a client for longer than one start of the application. */
        private static final String HELD = "LiveReloadTest.held";
        private static final String FAILURES = "LiveReloadTest.failures";

        @Inject
        Redis redis;

        @Inject
        RedisDataSource dataSource;

        @ConfigProperty(name = "greeting")
        String greeting;

        @GET
        @Path("greeting")
        public String greeting() {
            return greeting;
        }

        @GET
        @Path("ping")
        public String ping() {
            return dataSource.execute("PING").toString();
        }

        @GET
        @Path("database")
        public String database() {
            String info = dataSource.execute("CLIENT", "INFO").toString();
            return info.replaceAll("(?s).* db=(\\d+).*", "$1");
        }

        @GET
        @Path("slow")
        public String slow() {
            try {
                return dataSource.execute("DEBUG", "SLEEP", "1").toString();
            } catch (RuntimeException e) {
                return String.valueOf(e.getMessage());
            }
        }

        /** From now on, the held client is used all the time by a thread that knows of no reload. */
        @GET
        @Path("hold")
        public String hold() {
            Redis held = ClientProxy.unwrap(redis);
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            System.getProperties().put(FAILURES, failures);
            System.getProperties().put(HELD, held);
            new Thread(() -> {
                while (System.getProperties().get(HELD) == held) {
                    held.send(Request.cmd(Command.PING)).toCompletionStage().exceptionally(failure -> {
                        failures.add(String.valueOf(failure.getMessage()));
                        return null;
                    }).toCompletableFuture().join();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }, "holder").start();
            return ping();
        }

        @GET
        @Path("held")
        public String held() {
            Redis held = (Redis) System.getProperties().get(HELD);
            return held.send(Request.cmd(Command.PING)).toCompletionStage().toCompletableFuture().join().toString();
        }

        /** @return what the thread saw fail, once each */
        @GET
        @Path("let-go")
        public String letGo() {
            System.getProperties().remove(HELD);
            Queue<?> failures = (Queue<?>) System.getProperties().remove(FAILURES);
            return String.join("\n", failures.stream().map(String::valueOf).toList());
        }
    }
}
