package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkus.test.QuarkusUnitTest;

/** Every problem of every client is told at once, with its key, its value, and what would be right. */
class BadConfigurationTest {

    private static final String OURS = "quarkus.redis-multiplexer.";
    private static final String DURATION = "a duration of at least 1 ms and at most 36500 days, such as 500ms, 10s or 1m";
    private static final String POSITIVE = "a whole number of at least 1 and at most 2147483647";

    private static final String SIZE = "a number of bytes of at least 0 and at most 9223372036854775807, such as 64M or 1G";

    /** One key that is wrong. */
    record Mistake(String key, String value, String right) {
    }

    private static final List<Mistake> MISTAKES = List.of(
            new Mistake("lanes", "-1", "a whole number of at least 0 and at most 2147483647"),
            new Mistake("command-timeout", "10 sekunden", DURATION),
            new Mistake("connect-timeout", "-5s", DURATION),
            new Mistake("liveness-timeout", "0", DURATION),
            new Mistake("shutdown-timeout", "-1ms", "a duration of at least 0 ms and at most 36500 days"),
            new Mistake("unavailable", "perhaps", "allowed values: fail-fast,queue"),
            new Mistake("large-reply-connection", "always", "allowed values: never,auto"),
            new Mistake("health.timeout", "1 fortnight", DURATION),
            new Mistake("other.max-pending", "many", POSITIVE),
            new Mistake("max-pending-bytes", "-1", SIZE),
            new Mistake("other.max-pending-bytes", "9000000T", SIZE),
            new Mistake("other.max-dedicated-connections", "0", "a whole number of at least 1 and at most 65535"),
            new Mistake("other.max-waiting-messages", "99999999999", POSITIVE),
            new Mistake("max-waiting-bytes", "0", "a number of bytes of at least 1 and at most "),
            new Mistake("other.reconnect.initial", "10milliseconds", DURATION),
            new Mistake("other.reconnect.max", "40000d", DURATION));

    /** Keys that make no sense together, of two more clients, and what is told. */
    private static final Map<String, String> COMBINATIONS = Map.of(
            OURS + "pair.reconnect.initial", "2s",
            OURS + "pair.reconnect.max", "1500ms",
            "quarkus.redis.impatient.timeout", "0s");
    private static final List<String> PROBLEMS = List.of(
            OURS + "pair.reconnect.max is 1500ms, but must be at least reconnect.initial, which is 2s",
            OURS + "impatient.command-timeout is 0s, but must be at least 1 ms"
                    + " (it is not configured; its default comes from quarkus.redis.impatient.timeout)");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = application().assertException(failure -> {
        for (Mistake mistake : MISTAKES) {
            assertTrue(failure.getMessage().lines().anyMatch(line -> line.contains(OURS + mistake.key + " ")
                    && line.contains('"' + mistake.value + '"') && line.contains(mistake.right)),
                    () -> mistake + " is not in " + failure.getMessage());
        }
        for (String problem : PROBLEMS) {
            assertTrue(failure.getMessage().lines().anyMatch(line -> line.endsWith(problem)),
                    () -> problem + " is not in " + failure.getMessage());
        }
    });

    private static QuarkusUnitTest application() {
        QuarkusUnitTest application = new QuarkusUnitTest().withEmptyApplication()
                .overrideConfigKey("quarkus.devservices.enabled", "false")
                .overrideRuntimeConfigKey("quarkus.redis.hosts", "redis://localhost:1");
        MISTAKES.forEach(mistake -> application.overrideRuntimeConfigKey(OURS + mistake.key, mistake.value));
        COMBINATIONS.forEach(application::overrideRuntimeConfigKey);
        return application;
    }

    @Test
    void theStartFails() {
        fail("The application has started");
    }
}
