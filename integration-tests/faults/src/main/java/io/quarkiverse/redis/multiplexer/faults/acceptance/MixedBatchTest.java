package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.vertx.redis.client.RedisReplicas;

/** Reads go to the replica, and batches with one write among the reads to the primary. */
final class MixedBatchTest implements AcceptanceTest {

    private static final int BATCHES = 500;

    @Override
    public String name() {
        return "R2";
    }

    @Override
    public String idea() {
        return "batches with a GET and a SET, with replicas=always";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(1, 0);
        Contestant client = ground.client(
                ClientSetup.of(ServerTopology.replication, servers.urls()).withReplicas(RedisReplicas.ALWAYS));
        Answers answers = new Answers(client);
        long start = System.nanoTime();
        while (CommandCounts.calls(servers.server(1), "get") == 0 && System.nanoTime() - start < Ground.DEADLINE.toNanos()) {
            answers.of(Verb.GET, "key");
            TimeUnit.MILLISECONDS.sleep(10);
        }
        findings.exactly("the replica is read from", CommandCounts.calls(servers.server(1), "get") > 0, true);
        List<String> failures = new ArrayList<>();
        int batches = ground.size(BATCHES, BATCHES / 10);
        for (int i = 0; i < batches; i++) {
            List<Call> batch = List.of(Call.of(Verb.GET, "key"), Call.of(Verb.SET, "key", String.valueOf(i)));
            Object answer = Answers.await(() -> client.batch(batch));
            if (answer instanceof Throwable) {
                failures.add(Answers.words(answer));
            }
        }
        findings.tell("batches", batches);
        findings.none("failed batches", failures);
        findings.atMost("writes that the replica refused", CommandCounts.refused(servers.server(1), "set"), 0);
    }
}
