package io.quarkiverse.redis.multiplexer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A short slice of the fault suite on a cluster, always with the same faults in the same order. */
class ClusterFaultsTest {

    private static final long SEED = 1;

    private static LeakCounter leaks;

    @BeforeAll
    static void countLeaks() {
        leaks = LeakCounter.install();
    }

    @Test
    void whatHappensToOneNodeHappensToItsKeysOnlyAndNothingIsLostOrOutOfOrder() throws Exception {
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        JsonObject figures = new TopologyRun(ServerTopology.cluster, ClientKind.multiplexer, TopologyRun.UNLIMITED,
                Profile.brief().onCluster(), RedisBinary.any(), SEED, leaks, new PrintStream(progress)).run();
        assertEquals(new JsonArray(), figures.getJsonArray("violations"), () -> progress + figures.encodePrettily());
    }
}
