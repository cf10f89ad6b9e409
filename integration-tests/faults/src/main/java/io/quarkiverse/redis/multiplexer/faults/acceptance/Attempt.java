package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * One test, tried once with one client.
 *
 * @param obstacle why it could not be tried; empty if it could
 */
record Attempt(String test, ClientKind client, String obstacle, List<Finding> findings) {

    static Attempt run(AcceptanceTest test, Ground ground, Findings findings) {
        Optional<String> obstacle = test.obstacle(ground);
        if (obstacle.isEmpty()) {
            try {
                test.run(ground, findings);
            } catch (Exception e) {
                findings.exactly("ended by", e, "nothing");
            }
        }
        return new Attempt(test.name(), ground.kind(), obstacle.orElse(""), findings.all());
    }

    boolean isKept() {
        return findings.stream().allMatch(Finding::kept);
    }

    /** All of it in one line. */
    String line() {
        String figures = findings.stream().map(Finding::toString).collect(Collectors.joining("; "));
        return test + ", " + client + ": " + (obstacle.isEmpty() ? figures : obstacle);
    }

    JsonObject toJson() {
        return new JsonObject().put("test", test).put("client", client.name()).put("obstacle", obstacle).put("findings",
                new JsonArray(findings.stream().map(Finding::toJson).toList()));
    }

    static Attempt of(JsonObject json) {
        return new Attempt(json.getString("test"), ClientKind.valueOf(json.getString("client")), json.getString("obstacle"),
                json.getJsonArray("findings").stream().map(JsonObject.class::cast).map(Finding::of).toList());
    }
}
