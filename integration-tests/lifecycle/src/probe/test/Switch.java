package io.quarkiverse.redis.multiplexer.showcase;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

import io.quarkus.arc.ClientProxy;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;

/**
 * What is run in each test profile, and by continuous testing: uses its own clients, and that of the profile before, and
 * writes down what it found.
 */
abstract class Switch {

    private static final String HELD = "lifecycle.held-by-tests";
    private static final int COMMANDS = 200;

    /** Changed between runs of continuous testing. */
    private static final int ROUND = Integer.parseInt("0");

    @Inject
    Redis redis;
    @Inject
    RedisDataSource dataSource;
    @ConfigProperty(name = "lifecycle.place")
    int place;

    static Map<String, String> in(int place) {
        String type = System.getProperty("lifecycle.client-type");
        String hosts = System.getProperty("lifecycle.hosts." + place);
        return Map.of("lifecycle.place", String.valueOf(place),
                "quarkus.redis.client-type", type, "quarkus.redis.hosts", hosts,
                "quarkus.redis.stats.client-type", type, "quarkus.redis.stats.hosts", hosts);
    }

    abstract static class Profile implements QuarkusTestProfile {

        private final int place;

        Profile(int place) {
            this.place = place;
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            return in(place);
        }
    }

    @Test
    void usesItsOwnPlaceAndTheClientOfTheProfileBefore() throws Exception {
        long connectionsBefore = connections();
        int errors = 0;
        int hung = 0;
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            try {
                redis.send(Request.cmd(Command.INCR, "lifecycle:n")).toCompletionStage().toCompletableFuture()
                        .get(15, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                errors++;
                failures.add(e.getCause().toString());
            } catch (TimeoutException e) {
                hung++;
            }
        }
        int usedPlace = dataSource.execute("GET", "lifecycle:place").toInteger();
        if (usedPlace != place) {
            errors++;
            failures.add("place " + usedPlace + " instead of " + place);
        }
        String held = callHeld();
        hold();
        JsonObject line = new JsonObject()
                .put("round", ROUND).put("place", usedPlace).put("errors", errors).put("hung", hung)
                .put("failures", failures).put("held", held)
                .put("connections", connections()).put("connectionsBefore", connectionsBefore)
                .put("threads", Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !thread.getName().startsWith("executor-thread-")).count())
                .put("pid", ProcessHandle.current().pid());
        write(line.encode());
    }

    private long connections() {
        return BareServer.of(System.getProperty("lifecycle.hosts.1") + "," + System.getProperty("lifecycle.hosts.2")).stream()
                .mapToLong(server -> server.ask("CLIENT LIST").lines().filter(line -> line.startsWith("id=")).count()).sum();
    }

    /** The class loader differs from profile to profile; so what is held is known by a type of Java's own. */
    private void hold() {
        Redis unwrapped = ClientProxy.unwrap(redis);
        System.getProperties().put(HELD, (Callable<String>) () -> {
            try {
                return String.valueOf(unwrapped.send(Request.cmd(Command.PING)).toCompletionStage().toCompletableFuture()
                        .get(15, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                return e.getCause().toString();
            } catch (Exception e) {
                return e.toString();
            }
        });
    }

    private static String callHeld() throws Exception {
        Callable<?> held = (Callable<?>) System.getProperties().get(HELD);
        return held == null ? "" : String.valueOf(held.call());
    }

    private static void write(String line) throws IOException {
        Files.writeString(Path.of(System.getProperty("lifecycle.results")), line + System.lineSeparator(),
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
