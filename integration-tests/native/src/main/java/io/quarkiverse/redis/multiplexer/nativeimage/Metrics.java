package io.quarkiverse.redis.multiplexer.nativeimage;

import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What Prometheus gets to see: meters of the multiplexer, and those of the stock client. */
final class Metrics implements Check {

    private static final int REQUESTS = 10;

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public String run(Ground ground) throws Exception {
        Http http = ground.application().http();
        double commands = sum(http, "redis_multiplexer_commands_total");
        String path = "/prices/" + UUID.randomUUID();
        for (int i = 0; i < REQUESTS; i++) {
            http.get(path).json();
        }
        // A look for each, and what the first one stores.
        double more = sum(http, "redis_multiplexer_commands_total") - commands;
        Failed.unless(more >= REQUESTS + 1, REQUESTS + " requests have added " + more + " to redis_multiplexer_commands_total");
        return more + " commands for " + REQUESTS + " requests";
    }

    private static double sum(Http http, String name) throws Exception {
        Http.Answer answer = http.get("/q/metrics");
        Failed.unless(answer.status() == 200, "the metrics are " + answer);
        Pattern sample = Pattern.compile("(?m)^" + name + "\\{[^}]*} (\\S+)$");
        List<MatchResult> samples = sample.matcher(answer.body()).results().toList();
        Failed.unless(!samples.isEmpty(), "there is no " + name + " among the metrics");
        return samples.stream().mapToDouble(found -> Double.parseDouble(found.group(1))).sum();
    }
}
