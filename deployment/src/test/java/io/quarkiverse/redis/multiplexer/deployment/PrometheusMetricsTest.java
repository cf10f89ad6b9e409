package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.restassured.RestAssured;

/** What Prometheus gets to see. What moves each meter is tested with the meters. */
class PrometheusMetricsTest {

    private static final RedisServer SERVER = RedisServer.prepare();

    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{(.*)} (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"([^\"]*)\"");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .withEmptyApplication()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.named.hosts", SERVER.url());

    @Inject
    RedisDataSource redis;

    @RedisClientName("named")
    RedisDataSource named;

    @Test
    void theScrapeHasEveryClient() {
        redis.value(String.class).set("key", "value");
        double before = sample("redis_multiplexer_commands_total", "<default>");
        for (int i = 0; i < 10; i++) {
            redis.value(String.class).get("key");
        }
        assertEquals(before + 10, sample("redis_multiplexer_commands_total", "<default>"));
        assertTrue(sample("redis_multiplexer_round_trip_time_seconds_sum", "<default>") > 0);
        assertTrue(sample("redis_multiplexer_backlog_time_seconds_count", "<default>") >= 10);
        assertEquals(0, sample("redis_multiplexer_commands_total", "named"));
        named.value(String.class).get("key");
        assertTrue(sample("redis_multiplexer_commands_total", "named") > 0);
    }

    @Test
    void theMetricsOfTheStockClientAreThereAsWell() {
        redis.value(String.class).set("key", "value");
        redis.list(String.class).rpush("queue", "job");
        redis.list(String.class).blpop(Duration.ofSeconds(1), "queue");
        Set<String> names = new TreeSet<>();
        scrape().lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach(sample -> names.add(sample.group(1)));
        assertTrue(names.containsAll(Set.of("redis_commands_count_total", "redis_commands_success_total",
                "redis_commands_failure_total", "redis_commands_duration_seconds_sum", "redis_completed_total",
                "redis_processing_seconds_sum", "redis_bytes_read_sum", "redis_pool_completed_total")), names::toString);

        double before = sample("redis_commands_success_total", "<default>");
        redis.value(String.class).get("key");
        assertEquals(before + 1, sample("redis_commands_success_total", "<default>"));
    }

    /** The rules of <a href="https://prometheus.io/docs/practices/naming/">Prometheus</a>, as its promtool checks them. */
    @Test
    void namesAndUnitsFollowTheConventions() {
        Map<String, String> help = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        for (String line : scrape().split("\n")) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP redis_multiplexer_")) {
                help.put(words[2], words[3]);
            } else if (line.startsWith("# TYPE redis_multiplexer_")) {
                types.put(words[2], words[3]);
            } else if (line.startsWith("redis_multiplexer_")) {
                lintLabels(line, problems);
            }
        }
        assertEquals(18, types.size(), types::toString);
        types.forEach((name, type) -> lintFamily(name, type, help.getOrDefault(name, ""), problems));
        assertEquals(List.of(), problems);
    }

    private static void lintFamily(String name, String type, String help, List<String> problems) {
        check(!help.isBlank(), name + " has no help", problems);
        check(name.matches("[a-z][a-z0-9_]*[a-z0-9]") && !name.contains("__"), name + " is not in snake case", problems);
        check(name.endsWith("_total") == type.equals("counter"), name + " is a " + type, problems);
        check(!name.matches(".*_(count|sum|bucket|info)"), name + " has a suffix that is reserved", problems);
        check(!name.matches(".*_(counter|gauge|histogram|summary)(_.*)?"), name + " has its type in its name", problems);
        check(!name.matches(".*_(ns|nanos\\w*|micros\\w*|ms|millis\\w*|minutes|hours|kilo\\w*|mega\\w*|kb|mb)(_.*)?"),
                name + " is not in a base unit", problems);
        check(!name.contains("_time") || name.matches(".*_time_seconds"), name + " is not in seconds", problems);
        check(List.of("counter", "gauge", "summary").contains(type), name + " is a " + type, problems);
    }

    private static void lintLabels(String line, List<String> problems) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            problems.add("not a sample: " + line);
            return;
        }
        check(!sample.group(1).contains(":"), sample.group(1) + " has a colon", problems);
        Map<String, String> labels = labels(sample.group(2));
        boolean ofNode = !sample.group(1).equals("redis_multiplexer_nodes");
        check(labels.containsKey("client") && labels.containsKey("node") == ofNode, line + " is of no client and node",
                problems);
        labels.keySet().forEach(label -> check(label.matches("[a-z][a-z_]*") && !sample.group(1).contains("_" + label + "_"),
                label + " is no good label", problems));
    }

    private static void check(boolean well, String problem, List<String> problems) {
        if (!well) {
            problems.add(problem);
        }
    }

    private static String scrape() {
        return RestAssured.given().accept("text/plain").get("/q/metrics").asString();
    }

    private static double sample(String name, String client) {
        double sum = Double.NaN;
        for (String line : scrape().split("\n")) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches() && sample.group(1).equals(name) && labels(sample.group(2)).containsValue(client)) {
                sum = (Double.isNaN(sum) ? 0 : sum) + Double.parseDouble(sample.group(3));
            }
        }
        return sum;
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        for (Matcher label = LABEL.matcher(text); label.find();) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }
}
