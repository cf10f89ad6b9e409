package io.quarkiverse.redis.multiplexer.engine.lane;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;

/** A lane, with a server that is the test. */
abstract class LaneByHand {

    final List<String> demotions = new ArrayList<>();
    LoopBench bench;
    Lane lane;

    @BeforeEach
    void start() {
        bench = new LoopBench(new MultiplexerOptions());
        makeLane();
    }

    void makeLane() {
        lane = new Lane(0, bench.context, bench.connector, bench.settings, bench.failures, new OutageLog("test"),
                PendingBytes.atMost(1_000_000), error -> demotions.add(error.getMessage()));
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    HandSocket connect() throws Exception {
        lane.whenReady(bench.context);
        HandSocket server = bench.connect(1);
        bench.onLoop(() -> null);
        return server;
    }

    List<Sent> send(String... commands) throws Exception {
        List<Sent> sent = List.of(commands).stream().map(LoopBench::command).toList();
        bench.run(() -> sent.forEach(one -> lane.submit(one.command())));
        return sent;
    }

    List<String> taken(HandSocket server) throws Exception {
        return bench.onLoop(server::takeSent);
    }

    void awaitSent(HandSocket server, String command) {
        awaitUntil(() -> taken(server).equals(List.of(command)));
    }
}
