package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.RedisReplicas;

/** {@link Refresher} and whoever is told by it, who may come again at once. */
class RefresherTest implements Refresher.Knowledge {

    private final ClusterByHand cluster = new ClusterByHand();
    private final List<Object> told = new ArrayList<>();
    private final Moves moves = new Moves();
    private final Refresher refresher = refresher();
    private SlotMap map = SlotMap.EMPTY;
    private boolean shortOfMemory;
    private boolean memoryForMap = true;
    private Runnable whenTold = () -> {
    };

    private Refresher refresher() {
        ClientSettings settings = ClusterByHand.settings("redis://h:7001");
        ClusterAddresses addresses = new ClusterAddresses(settings.addresses());
        ClusterTrouble trouble = new ClusterTrouble(settings);
        return new Refresher(cluster.loop(), this, new ClusterQuestion(cluster.loop(), cluster, trouble, false, 1000),
                new Witnesses(addresses, bound -> 0),
                new RefreshPace(Duration.ofSeconds(1), RedisReplicas.NEVER, settings.backoff(), bound -> 0),
                trouble, new OutageLog("the cluster"), cluster::now);
    }

    @Override
    public SlotMap map() {
        return map;
    }

    @Override
    public Moves moves() {
        if (shortOfMemory) {
            shortOfMemory = false;
            throw new Error("on purpose");
        }
        return moves;
    }

    @Override
    public void replace(SlotMap newer) {
        if (!memoryForMap) {
            throw new OutOfMemoryError("for a map");
        }
        map = newer;
        told.add("replace");
    }

    @Override
    public void refuted() {
        told.add("refuted");
    }

    @Override
    public void tell(SlotMap before, SlotMap after) {
        assertSame(map, after);
        told.add("tell");
        whenTold.run();
    }

    @Override
    public void tell(Throwable cause) {
        told.add(cause);
        whenTold.run();
    }

    private Promise<Void> await() {
        Promise<Void> promise = Promise.promise();
        refresher.awaitMap(promise, UnavailablePolicy.FAIL_FAST);
        return promise;
    }

    @Test
    void whoeverIsToldMayAskAgain() {
        Promise<Void> first = await();
        whenTold = () -> {
            assertTrue(await().future().succeeded());
            refresher.suspect(Suspicion.CLUSTERDOWN);
        };
        first.future().onSuccess(known -> {
            told.add("waiter");
            assertTrue(await().future().succeeded());
        });
        cluster.next().tell(WHOLE);
        assertEquals(List.of("replace", "waiter", "tell"), told);
        cluster.advance(500);

        cluster.next().tell(WHOLE);
    }

    @Test
    void aSurveyForWhichThereIsNoMemoryIsToldAndFollowedByAnother() {
        shortOfMemory = true;
        Throwable failure = await().future().cause();
        assertTrue(failure.getMessage().contains("cannot ask its cluster for its slots: "), failure::getMessage);
        assertEquals(List.of(failure), told);
        cluster.advance(1_000);
        cluster.next().tell(WHOLE);
        assertTrue(await().future().succeeded());
    }

    @Test
    void aCommandWaitsOnWhenNobodyCanBeAskedUnlessThatIsSaidForGood() {
        List<Future<Void>> commands = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Promise<Void> promise = Promise.promise();
            commands.add(promise.future());
            refresher.awaitMap(promise, UnavailablePolicy.QUEUE);
            if (i == 0) {
                cluster.next().fail();
            }
        }
        cluster.advance(1_000);
        assertTrue(commands.stream().noneMatch(Future::isComplete));
        cluster.next().refuse("WRONGPASS no");
        assertTrue(commands.stream().allMatch(Future::failed));
        refresher.awaitMap(Promise.promise(), UnavailablePolicy.QUEUE);
        cluster.advance(1_000);
        cluster.next().tell(WHOLE);
        assertTrue(await().future().succeeded());
    }

    @Test
    void anAnswerForWhichThereIsNoMemoryIsNone() {
        memoryForMap = false;
        Promise<Void> first = await();
        cluster.next().tell(WHOLE);
        assertTrue(first.future().failed());
        assertEquals(List.of(first.future().cause()), told);
        memoryForMap = true;
        while (cluster.questions.isEmpty()) {
            cluster.advance(10);
        }
        cluster.next().tell(WHOLE);

        assertTrue(await().future().succeeded());
    }

    @Test
    void whoeverIsToldOfAFailureMayCloseIt() {
        Promise<Void> first = await();
        whenTold = refresher::close;
        cluster.next().fail();
        assertEquals(List.of(first.future().cause()), told);
        cluster.advance(20_000);

        cluster.assertNobodyIsAsked();
        assertTrue(await().future().failed());
    }

    @Test
    void aWaiterThatThrowsHarmsNobody() {
        Promise<Void> first = await();
        Promise<Void> second = await();
        first.future().onFailure(cause -> {
            throw new IllegalStateException("a waiter");
        });
        cluster.next().fail();

        assertTrue(second.future().failed());
        assertFalse(told.isEmpty());
        cluster.advance(5000);
        cluster.next();
    }
}
