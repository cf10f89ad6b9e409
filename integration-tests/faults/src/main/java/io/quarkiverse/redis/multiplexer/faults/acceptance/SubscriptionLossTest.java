package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Subscriber;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Subscribing;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** Subscriptions outlive their node; and events of keys come from all primaries, also of those that have just become one. */
final class SubscriptionLossTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final String CHANNEL = "channel";
    private static final String LAST = "last";
    private static final long LONGEST_GAP_MILLIS = 2000;
    private static final int EVENTS = 300;

    @Override
    public String name() {
        return "A12-death";
    }

    @Override
    public String idea() {
        return "SUBSCRIBE when its node is killed; events of keys from all primaries before and after failovers";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 1, "--notify-keyspace-events", "KEA",
                "--cluster-require-full-coverage",
                "no");
        Contestant client = ground.client(cluster);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicLong events = new AtomicLong();
        subscribe(client, Subscribing.PSUBSCRIBE, "__keyevent@0__:set", new Subscriber() {
            @Override
            public void message(String channel, String key) {
                events.incrementAndGet();
                seen.add(key);
            }

            @Override
            public void gap() {
                // Nothing is published meanwhile.
            }
        });
        events(findings, cluster, seen, events, "before");
        for (int i = 0; i < ground.size(PRIMARIES, 1); i++) {
            cluster.failover(cluster.replicasOf(cluster.primaries().get(i)).get(0));
            cluster.awaitStable();
        }
        TimeUnit.SECONDS.sleep(2);
        events(findings, cluster, seen, events, "after failovers");
        death(ground, findings, cluster, ground.client(cluster));
    }

    private static void subscribe(Contestant client, Subscribing how, String channel, Subscriber subscriber) throws Exception {
        CompletableFuture.runAsync(() -> client.subscribe(how, List.of(channel), subscriber))
                .get(2 * Ground.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        TimeUnit.MILLISECONDS.sleep(500);
    }

    private static void events(Findings findings, RedisCluster cluster, Set<String> seen, AtomicLong events, String when)
            throws InterruptedException {
        seen.clear();
        events.set(0);
        List<String> keys = ShardKeys.anywhere(EVENTS);
        try (Data data = new Data(cluster)) {
            data.set(keys, "value");
        }
        TimeUnit.SECONDS.sleep(1);
        findings.exactly("keys of which an event came, " + when, seen.size(), EVENTS);
        findings.exactly("events, " + when, events.get(), (long) EVENTS);
    }

    private static void death(Ground ground, Findings findings, RedisCluster cluster, Contestant client) throws Exception {
        Reception reception = new Reception();
        subscribe(client, Subscribing.SUBSCRIBE, CHANNEL, reception);
        List<Integer> homes = IntStream.range(0, cluster.nodes().size())
                .filter(node -> Connections.ofClients(cluster.node(node)).stream()
                        .anyMatch(line -> line.matches(".* sub=[1-9].*")))
                .boxed().toList();
        findings.tell("nodes with the subscription", homes.size());
        if (homes.isEmpty()) {
            return;
        }
        int home = homes.get(0);
        int other = cluster.primaries().stream().filter(node -> node != home).findFirst().orElseThrow();
        long number = 0;
        try (RespClient publisher = cluster.node(other).client()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ground.size(10, 5));
            boolean alive = true;
            while (System.nanoTime() - end < 0) {
                publisher.call("PUBLISH", CHANNEL, String.valueOf(++number));
                TimeUnit.MILLISECONDS.sleep(5);
                if (alive && number == 100) {
                    awaitPassedOn(cluster, publisher);
                    cluster.node(home).kill();
                    alive = false;
                }
            }
        }
        TimeUnit.MILLISECONDS.sleep(500);
        reception.judge(findings, LONGEST_GAP_MILLIS);
        findings.exactly("hears messages in the end", reception.hasGot(CHANNEL, number), true);
    }

    /**
     * Waits until all that was published has come to all nodes. Whoever subscribes at a node that is behind gets from it what
     * has come from another one before, whatever the client.
     */
    private static void awaitPassedOn(RedisCluster cluster, RespClient publisher) {
        List<RespClient> everywhere = cluster.nodes().stream().map(RedisServer::client).toList();
        everywhere.forEach(node -> node.call("SUBSCRIBE", LAST));
        publisher.call("PUBLISH", LAST, "");
        everywhere.forEach(RespClient::next);
        everywhere.forEach(RespClient::close);
    }
}
