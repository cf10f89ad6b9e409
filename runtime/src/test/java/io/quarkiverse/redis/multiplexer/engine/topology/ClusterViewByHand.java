package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.map;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import io.quarkiverse.redis.multiplexer.RealRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;

/** A {@link ClusterView} with its {@link Refresher}, driven by hand. */
abstract class ClusterViewByHand {

    static final String FAILED_OVER = "8001:0-5460 7002:5461-10922 7003:10923-16383";
    /** The first 500 slots have moved. */
    static final String RESHARDED = "7001:500-5460 7002:0-499,5461-10922 7003:10923-16383";

    static Vertx vertx;
    static Context caller;

    final ClusterByHand cluster = new ClusterByHand();
    final List<Object> told = new ArrayList<>();
    final ClusterView view = cluster.view("redis://h:7001", "redis://h:7002", "redis://h:7003");
    final ClusterView.Listener listener = new ClusterView.Listener() {
        @Override
        public void onMap(SlotMap map) {
            assertSame(map, view.current());
            told.add(map);
        }

        @Override
        public void onUnknown(Throwable cause) {
            told.add(cause);
        }
    };

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        caller = vertx.getOrCreateContext();
    }

    @AfterAll
    static void stop() throws Exception {
        RealRedis.await(vertx.close());
    }

    /** Two of the three have told the whole cluster, and it is some time ago. */
    void know(String shape) {
        Future<Void> known = view.whenKnown(caller);
        cluster.next().tell(shape);
        cluster.next().tell(shape);
        cluster.questions.clear();
        cluster.run();
        assertTrue(known.succeeded());
        cluster.advance(20_000);
        cluster.assertNobodyIsAsked();
    }

    int owner(int slot) {
        return view.primary(slot).map(SocketAddress::port).orElse(0);
    }
}
