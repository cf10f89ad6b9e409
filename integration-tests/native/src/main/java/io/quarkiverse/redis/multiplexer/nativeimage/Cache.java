package io.quarkiverse.redis.multiplexer.nativeimage;

import java.util.UUID;

/** What was computed is there the next time; and is computed when Redis is away. */
final class Cache implements Check {

    @Override
    public String name() {
        return "cache";
    }

    @Override
    public String run(Ground ground) throws Exception {
        String path = "/prices/" + UUID.randomUUID();
        Http http = ground.application().http();
        expect(http, path, "COMPUTED");
        expect(http, path, "CACHED");
        http.send("DELETE", path, "");
        expect(http, path, "COMPUTED");
        ground.server().kill();
        try {
            Waiting.until("prices to be computed without Redis", ground.scale().patience(), () -> origin(http, path),
                    "WITHOUT_CACHE"::equals);
        } finally {
            ground.server().run();
        }
        Waiting.until("the cache to be used again", ground.scale().patience(), () -> origin(http, path), "CACHED"::equals);
        return "hit, forgotten, done without, and hit again";
    }

    private static void expect(Http http, String path, String expected) throws Exception {
        String origin = origin(http, path);
        Failed.unless(origin.equals(expected), "a price is " + origin + ", and not " + expected);
    }

    private static String origin(Http http, String path) throws Exception {
        return http.get(path).json().path("origin").asText("of no origin");
    }
}
