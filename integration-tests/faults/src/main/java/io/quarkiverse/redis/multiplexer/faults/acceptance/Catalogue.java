package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;

import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.faults.acceptance.PrimaryLossTest.Coverage;
import io.quarkiverse.redis.multiplexer.faults.acceptance.PrimaryLossTest.Loss;

/** All acceptance tests, in the order in which they are run. */
final class Catalogue {

    static final List<AcceptanceTest> ALL = List.of(
            new PrimaryLossTest("A1", Loss.DEATH, Coverage.no),
            new PrimaryLossTest("A1-coverage", Loss.DEATH, Coverage.yes),
            new PrimaryLossTest("A1-stop", Loss.SILENCE, Coverage.no),
            new ReplicaLossTest(),
            new SeedLossTest(),
            new ReshardTest("A4", ReshardTest.Way.CLASSIC),
            new ReshardTest("A4-atomic", ReshardTest.Way.ATOMIC),
            new QuestionsTest(),
            new OrderTest("A5", OrderTest.Redirect.MOVED),
            new OrderTest("A5-ask", OrderTest.Redirect.ASK),
            new TransactionsTest("A6", TransactionsTest.Form.BATCH),
            new TransactionsTest("A6-connect", TransactionsTest.Form.CONNECT),
            new TransactionsTest("A6-watch", TransactionsTest.Form.WATCH),
            new ManyKeysTest(),
            new AllKeysTest(),
            new ScanTest("A7-scan", ScanTest.Meanwhile.NOTHING),
            new ScanTest("A7-scan-failover", ScanTest.Meanwhile.FAILOVER),
            new PartialWriteTest(),
            new CostTest(),
            new LeftoversTest(),
            new ManyNodesTest(),
            new ScriptsTest(),
            new ShardChannelsTest(),
            new SubscriptionLossTest(),
            new ReplicaReadsTest(),
            new ReadZoneTest(),
            new BlockingTest(),
            new PlannedFailoverTest(),
            new PrimaryOutageTest("S2", PrimaryOutageTest.Loss.DEATH, UnavailablePolicy.QUEUE),
            new PrimaryOutageTest("S2-fail-fast", PrimaryOutageTest.Loss.DEATH, UnavailablePolicy.FAIL_FAST),
            new PrimaryOutageTest("S3", PrimaryOutageTest.Loss.SILENCE, UnavailablePolicy.QUEUE),
            new PrimaryOutageTest("S4", PrimaryOutageTest.Loss.DEATH_WITH_SENTINEL, UnavailablePolicy.QUEUE),
            new SentinelsLossTest(),
            new LyingSentinelTest(),
            new MissedSwitchTest(),
            new UnknownNameTest(),
            new SentinelConnectionsTest(),
            new SentinelLoginTest(),
            new SentinelBlockingTest(),
            new LoneHostTest(),
            new MixedBatchTest(),
            new PrimarySwitchTest("R3", PrimarySwitchTest.Way.HAND),
            new PrimarySwitchTest("R4", PrimarySwitchTest.Way.SERVERS),
            new RedirectCircleTest(),
            new HostOrderTest());

    private Catalogue() {
    }

    /** @param name of one, or what several of them begin with: {@code A1} is {@code A1-stop} as well */
    static List<AcceptanceTest> named(String name) {
        return ALL.stream().filter(test -> test.name().equals(name) || test.name().startsWith(name + "-")).toList();
    }

    static AcceptanceTest of(String name) {
        return ALL.stream().filter(test -> test.name().equals(name)).findFirst().orElseThrow();
    }
}
