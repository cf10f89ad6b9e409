package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** The commands of one caller on one key keep their order while its slot moves from node to node. */
class ClusterOrderTest {

    private static final String KEY = "key";
    private static final int MOVES = 20;
    private static final int LEAST = 10_000;
    private static final int BATCH = 50;
    private static final int PROGRESS = 200;

    @RegisterExtension
    final RealCluster real = new RealCluster(0);

    private MultiplexedRedis redis;
    private RedisCluster servers;
    private int slot;

    @BeforeEach
    void connect() throws Exception {
        servers = real.servers();
        slot = servers.slot(KEY);
        redis = real.client(new MultiplexerOptions());
        await(redis.send(request(Command.SET, KEY, "0")));
    }

    @Test
    void whileItMovesBackAndForth() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Sequence sequence = new Sequence(over);
        sequence.start();
        for (int move = 0; move < MOVES; move++) {
            servers.moveSlot(slot, (servers.owner(slot) + 1) % 2);
            servers.awaitStable();
            sequence.awaitProgress();
        }
        over.set(true);
        sequence.check();
        assertTrue(redirects() >= MOVES, () -> "Only " + redirects() + " redirects");
    }

    @Test
    void whileItIsAboutToMoveForLong() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Sequence sequence = new Sequence(over);
        sequence.start();
        for (int move = 0; move < MOVES; move++) {
            int source = servers.owner(slot);
            int target = (source + 1) % 2;
            servers.beginMove(slot, source, target);
            sequence.awaitProgress();
            servers.moveKeys(slot, source, target);
            sequence.awaitProgress();
            servers.endMove(slot, source, target);
            servers.awaitStable();
            sequence.awaitProgress();
        }
        over.set(true);
        sequence.check();
        assertTrue(redirects() >= MOVES, () -> "Only " + redirects() + " redirects");
    }

    private long redirects() {
        return redis.status().nodes().stream().flatMap(node -> node.lanes().stream()).mapToLong(LaneStatus::redirects).sum();
    }

    /** One caller on one event loop, who writes growing numbers, reads in between, and waits for no answer. */
    private final class Sequence {

        private final AtomicBoolean over;
        private final Context context = real.vertx().getOrCreateContext();
        private final List<Future<Response>> sets = new ArrayList<>();
        private final List<Future<Response>> gets = new ArrayList<>();
        private final List<Integer> expected = new ArrayList<>();
        private final AtomicInteger pending = new AtomicInteger();
        private volatile int last;
        private volatile int answered;

        Sequence(AtomicBoolean over) {
            this.over = over;
        }

        void start() {
            context.runOnContext(begin -> real.vertx().setPeriodic(1, timer -> {
                if (over.get() && last >= LEAST) {
                    real.vertx().cancelTimer(timer);
                    over.set(true);
                    last = -last;
                    return;
                }
                for (int i = 0; i < BATCH && pending.get() < 5_000; i++) {
                    last++;
                    int number = last;
                    sets.add(track(redis.send(request(Command.SET, KEY, String.valueOf(number))))
                            .onComplete(done -> answered = number));
                    if (i % 5 == 0) {
                        expected.add(last);
                        gets.add(track(redis.send(request(Command.GET, KEY))));
                    }
                }
            }));
        }

        private Future<Response> track(Future<Response> one) {
            pending.incrementAndGet();
            return one.onComplete(done -> pending.decrementAndGet());
        }

        /**
         * Slots that move faster than commands do come back before what was refused has been sent again; then nobody can keep
         * all of them in order.
         */
        void awaitProgress() {
            int sent = last;
            RealRedis.awaitUntil(() -> answered > sent && last > sent + PROGRESS);
        }

        void check() throws Exception {
            RealRedis.awaitUntil(() -> last < 0);
            await(Future.join(sets).otherwiseEmpty());
            await(Future.join(gets).otherwiseEmpty());
            for (int i = 0; i < sets.size(); i++) {
                assertTrue(sets.get(i).succeeded(), String.valueOf(sets.get(i).cause()));
            }
            for (int i = 0; i < gets.size(); i++) {
                assertEquals(expected.get(i), gets.get(i).result().toInteger());
            }
            assertEquals(String.valueOf(-last), awaitText(redis.send(request(Command.GET, KEY))));
        }
    }
}
