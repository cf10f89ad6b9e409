package io.quarkiverse.redis.multiplexer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A short slice of the fault suite, always with the same faults. */
class FaultsTest {

    private static final long SEED = 4;

    private static LeakCounter leaks;

    @BeforeAll
    static void countLeaks() {
        leaks = LeakCounter.install();
    }

    @Test
    void nothingHangsNothingIsLostNothingIsDoneTwice() throws Exception {
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        JsonObject figures = new FaultRun(ClientKind.multiplexer, Profile.brief(), SEED, leaks, "64m",
                new PrintStream(progress))
                .run();
        assertEquals(new JsonArray(), figures.getJsonArray("violations"), () -> progress + figures.encodePrettily());
    }
}
