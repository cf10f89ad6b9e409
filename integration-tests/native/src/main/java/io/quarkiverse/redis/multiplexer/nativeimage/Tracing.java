package io.quarkiverse.redis.multiplexer.nativeimage;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Commands are spans, beside those of the requests that they are for. */
final class Tracing implements Check {

    private final SpanCollector collector;

    Tracing(SpanCollector collector) {
        this.collector = collector;
    }

    @Override
    public String name() {
        return "tracing";
    }

    @Override
    public String run(Ground ground) throws Exception {
        int before = collector.messages().size();
        String article = UUID.randomUUID().toString();
        ground.application().http().get("/prices/" + article).json();
        String spans = Waiting.until("spans of the request and its commands", ground.scale().patience(),
                () -> String.join("", collector.messages().subList(before, collector.messages().size())),
                text -> text.contains("/prices/{article}") && isOfRedis(text));
        // The path of the request is in its span; the key and the value are in none.
        Failed.unless(!spans.contains("cache:prices:" + article), "a span tells a key");
        return "spans of requests and commands, without arguments";
    }

    private static boolean isOfRedis(String spans) {
        String text = spans.toLowerCase(Locale.ROOT);
        return List.of("db.system", "redis", "get", "set").stream().allMatch(text::contains);
    }
}
