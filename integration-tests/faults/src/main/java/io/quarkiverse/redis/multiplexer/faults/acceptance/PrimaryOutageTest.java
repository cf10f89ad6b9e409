package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/** The primary is lost, and sentinels make another one: what that costs those who wait, and those who do not want to. */
final class PrimaryOutageTest implements AcceptanceTest {

    private static final int FIRST = 0;

    /** How it is lost. */
    enum Loss {
        DEATH("kill -9 of the primary", 1, servers -> servers.server(FIRST).kill(), RedisSentinels.DOWN_AFTER_MILLIS + 1500),
        /** Its connections stay open. */
        SILENCE("SIGSTOP of the primary", 1, servers -> servers.server(FIRST).freeze(),
                Ground.LIVENESS_TIMEOUT.toMillis() + 2500),
        /** The first one that the client is told of. */
        DEATH_WITH_SENTINEL("kill -9 of the primary and the first sentinel", 3, servers -> {
            servers.sentinel(FIRST).kill();
            servers.server(FIRST).kill();
        }, RedisSentinels.DOWN_AFTER_MILLIS + 1500);

        private final String words;
        private final int fewestSentinels;
        private final Consumer<RedisSentinels> strike;
        /** In milliseconds, until somebody is to answer again. */
        private final long recovery;

        Loss(String words, int fewestSentinels, Consumer<RedisSentinels> strike, long recovery) {
            this.words = words;
            this.fewestSentinels = fewestSentinels;
            this.strike = strike;
            this.recovery = recovery;
        }
    }

    private final String name;
    private final Loss loss;
    private final UnavailablePolicy unavailable;

    PrimaryOutageTest(String name, Loss loss, UnavailablePolicy unavailable) {
        this.name = name;
        this.loss = loss;
        this.unavailable = unavailable;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String idea() {
        return loss.words + (unavailable == UnavailablePolicy.QUEUE ? "" : ", by callers who do not want to wait");
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(ground.size(2, 1), ground.size(3, loss.fewestSentinels));
        Callers callers = Callers.start(ground.client(ClientSetup.of(ServerTopology.sentinel, servers.sentinelUrls())
                .withUnavailable(unavailable)), Callers.ONE_SHARD, ground.random());
        callers.awaitWarm();
        TimeUnit.SECONDS.sleep(ground.size(3, 0));
        loss.strike.accept(servers);
        long from = System.nanoTime();
        int successor = servers.awaitOther(FIRST);
        long known = System.nanoTime();
        TimeUnit.SECONDS.sleep(ground.size(5, 2));
        if (loss == Loss.SILENCE) {
            // For those whose commands are still on their way, which end at their deadlines.
            TimeUnit.SECONDS.sleep(ground.size(10, 1));
        }
        callers.stop();
        servers.server(FIRST).kill();
        PrimaryJudge judge = new PrimaryJudge(findings, callers);
        if (unavailable == UnavailablePolicy.QUEUE) {
            judge.onlyUnderWayFailed();
        } else {
            judge.failedSoon(from, known, ground.isFull());
        }
        judge.nothingLate();
        judge.recovery(from, TimeUnit.NANOSECONDS.toMillis(known - from),
                ground.isFull() ? loss.recovery : Ground.DEADLINE.toMillis());
        judge.counters(servers, successor, PrimaryJudge.Losses.LAST_OF_CALLERS);
    }
}
