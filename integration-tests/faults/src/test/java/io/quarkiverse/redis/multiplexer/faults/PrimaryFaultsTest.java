package io.quarkiverse.redis.multiplexer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A short slice of the fault suite with sentinels and without, always with the same faults in the same order. */
class PrimaryFaultsTest {

    private static final long SEED = 1;

    private static LeakCounter leaks;

    @BeforeAll
    static void countLeaks() {
        leaks = LeakCounter.install();
    }

    @ParameterizedTest
    @EnumSource(names = { "sentinel", "replication" })
    void anotherServerBecomesThePrimaryAndNothingIsLostButByTheServersOrOutOfOrder(ServerTopology topology) throws Exception {
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        JsonObject figures = new TopologyRun(topology, ClientKind.multiplexer, TopologyRun.UNLIMITED,
                Profile.brief().onCluster(), RedisBinary.any(), SEED, leaks, new PrintStream(progress)).run();
        assertEquals(new JsonArray(), figures.getJsonArray("violations"), () -> progress + figures.encodePrettily());
    }
}
