package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;

/** A {@link Lane} that gets a connection while the server runs a script, and selects no database. */
class UnselectedLaneTest extends LaneByHand {

    @Test
    void onlyWhatEndsTheScriptIsWrittenUntilTheDatabaseIsSelected() throws Exception {
        List<Sent> before = send("SET a 1", "SCRIPT KILL", "GET a");
        HandSocket server = connectUnselected();
        assertEquals(ConnectionState.READY, lane.status().state());
        assertEquals(List.of("SCRIPT KILL"), taken(server));

        List<Sent> after = send("GET b", "FUNCTION KILL");
        assertEquals(List.of("FUNCTION KILL"), taken(server));
        bench.say(server, "-NOTBUSY no scripts;+OK;");
        assertTrue(before.get(1).failure().getMessage().startsWith("NOTBUSY"));
        assertEquals("OK", after.get(1).reply());

        awaitSent(server, "SELECT 7");
        bench.say(server, "+OK;");
        assertEquals(List.of("SET a 1", "GET a", "GET b"), taken(server));
        bench.say(server, "+OK;$1;1;$-1;");
        assertEquals("OK", before.get(0).reply());
        assertTrue(after.get(0).isComplete());
    }

    @Test
    void whatIsNotWrittenInTimeFailsOfTheScript() throws Exception {
        bench.close();
        bench = new LoopBench(new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(300)));
        makeLane();
        Sent set = send("SET a 1").get(0);
        connectUnselected();
        RealRedis.awaitUntil(set::isComplete);
        assertTrue(set.failure().getMessage().contains("BUSY a script is running"), set.failure().getMessage());
        assertFalse(set.command().wasSent());
    }

    @Test
    void aDatabaseThatThereIsNotEndsTheConnection() throws Exception {
        Sent set = send("SET a 1").get(0);
        HandSocket server = connectUnselected();
        awaitSent(server, "SELECT 7");
        bench.say(server, "-ERR DB index is out of range;");
        assertEquals(List.of("SET a 1"), taken(bench.connect(2)));
        assertFalse(set.isComplete());
    }

    private HandSocket connectUnselected() throws Exception {
        HandSocket server = bench.onLoop(bench.connector.attempt(1)::succeedUnselected);
        bench.onLoop(() -> null);
        return server;
    }
}
