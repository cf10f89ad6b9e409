package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.vertx.redis.client.RedisTopology;

/**
 * The first host is the primary, if that is said; and if it says that it is none, that is logged. Here clients are made in
 * plain
 * Java: that {@code quarkus.redis.hosts} keeps its order has a test of its own.
 */
final class HostOrderTest implements AcceptanceTest {

    private static final int CLIENTS = 20;
    private static final String LOGGER = "io.quarkiverse.redis.multiplexer";
    private static final String WARNING = "is the first of quarkus.redis.hosts";

    @Override
    public String name() {
        return "R5";
    }

    @Override
    public String idea() {
        return "topology=static: the first host is the primary";
    }

    @Override
    public Optional<String> obstacle(Ground ground) {
        return ground.kind() == ClientKind.lettuce ? Optional.of("asks servers for their roles, whatever their order")
                : Optional.empty();
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(1, 0);
        int clients = ground.size(CLIENTS, 3);
        List<String> hosts = new ArrayList<>(servers.urls());
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Object answer = first(ground, hosts).of(Verb.SET, "key", String.valueOf(i));
            if (answer instanceof Throwable) {
                failures.add(Answers.words(answer));
            }
        }
        findings.tell("clients", clients);
        findings.none("clients that did not use the first host", failures);
        Collections.reverse(hosts);
        List<String> messages = new CopyOnWriteArrayList<>();
        Handler handler = collecting(messages);
        Logger.getLogger(LOGGER).addHandler(handler);
        String answer = Answers.words(first(ground, hosts).of(Verb.SET, "key", "value"));
        TimeUnit.MILLISECONDS.sleep(500);
        Logger.getLogger(LOGGER).removeHandler(handler);
        findings.exactly("the first one, if it is none, refuses writes", answer.contains("READONLY"), true);
        findings.exactly("that is logged", messages.stream().anyMatch(message -> message.contains(WARNING)), true);
    }

    private static Answers first(Ground ground, List<String> hosts) {
        return new Answers(ground.client(
                ClientSetup.of(ServerTopology.replication, hosts).withDiscovery(RedisTopology.STATIC)));
    }

    private static Handler collecting(List<String> messages) {
        return new Handler() {
            @Override
            public void publish(LogRecord entry) {
                messages.add(entry.getMessage());
            }

            @Override
            public void flush() {
                // There is nothing to be flushed.
            }

            @Override
            public void close() {
                // There is nothing to be closed.
            }
        };
    }
}
