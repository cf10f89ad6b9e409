package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/** The first sentinel always names the server that is not the primary. It is not believed, and the next one is asked. */
final class LyingSentinelTest implements AcceptanceTest {

    private static final long SOON_MILLIS = 1000;

    @Override
    public String name() {
        return "S6";
    }

    @Override
    public String idea() {
        return "the first sentinel names a replica as the primary, and after a failover the old primary";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(1, ground.size(3, 1));
        int[] named = { 1 };
        ScriptedSentinel liar = ground.keep(new ScriptedSentinel(() -> servers.server(named[0]).port()));
        List<FaultProxy> honest = servers.sentinels().stream().map(sentinel -> ground.keep(new FaultProxy(sentinel.port())))
                .toList();
        List<String> urls = new ArrayList<>(List.of(liar.url()));
        honest.forEach(proxy -> urls.add("redis://127.0.0.1:" + proxy.port()));
        // On a busy machine, the first one that is asked may seem too slow: there is to be nobody else at first.
        honest.forEach(proxy -> proxy.refuse(true));
        Contestant client = ground.client(ClientSetup.of(ServerTopology.sentinel, urls));
        client.send(Call.of(Verb.GET, "key"));
        long start = System.nanoTime();
        while (liar.received("SENTINEL") == 0 && System.nanoTime() - start < Ground.DEADLINE.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        honest.forEach(proxy -> proxy.refuse(false));
        findings.atLeast("questions to the one that lies", liar.received("SENTINEL"), 1);
        Callers callers = Callers.start(client, Callers.ONE_SHARD, ground.random());
        callers.awaitWarm();
        TimeUnit.SECONDS.sleep(ground.size(2, 0));
        named[0] = 0;
        int successor = Switches.bySentinel(servers).successor();
        findings.within("after a failover a write goes to the new primary, ms", Probe.reaches(servers, successor, client),
                ground.isFull() ? SOON_MILLIS : Ground.DEADLINE.toMillis());
        callers.stop();
        PrimaryJudge judge = new PrimaryJudge(findings, callers);
        judge.noFailures();
        judge.nothingLate();
        judge.counters(servers, successor, PrimaryJudge.Losses.ANY);
    }
}
