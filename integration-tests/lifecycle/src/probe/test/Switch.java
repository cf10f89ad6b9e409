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
    @ConfigProperty(name = "lifecycle.database")
    int database;

    static Map<String, String> database(int database) {
        return Map.of("lifecycle.database", String.valueOf(database),
                "quarkus.redis.hosts", System.getProperty("lifecycle.redis") + "/" + database,
                "quarkus.redis.stats.hosts", System.getProperty("lifecycle.redis") + "/" + database);
    }

    abstract static class Profile implements QuarkusTestProfile {

        private final int database;

        Profile(int database) {
            this.database = database;
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            return database(database);
        }
    }

    @Test
    void usesItsOwnDatabaseAndTheClientOfTheProfileBefore() throws Exception {
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
        int usedDatabase = Integer
                .parseInt(dataSource.execute("CLIENT", "INFO").toString().replaceAll("(?s).* db=(\\d+).*", "$1"));
        if (usedDatabase != database) {
            errors++;
            failures.add("database " + usedDatabase + " in the place of " + database);
        }
        String held = callHeld();
        hold();
        JsonObject line = new JsonObject()
                .put("round", ROUND).put("database", usedDatabase).put("errors", errors).put("hung", hung)
                .put("failures", failures).put("held", held)
                .put("connections", connections()).put("connectionsBefore", connectionsBefore)
                .put("threads", Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !thread.getName().startsWith("executor-thread-")).count())
                .put("pid", ProcessHandle.current().pid());
        write(line.encode());
    }

    private long connections() {
        return dataSource.execute("CLIENT", "LIST").toString().lines().filter(line -> !line.isBlank()).count();
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
