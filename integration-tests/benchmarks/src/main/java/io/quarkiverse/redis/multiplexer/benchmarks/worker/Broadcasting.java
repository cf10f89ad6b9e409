package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Contestant;
import io.vertx.core.Context;

/** Measures how many messages a contestant delivers to its subscribers, and whether it loses any. */
final class Broadcasting {

    private static final int SUBSCRIBING_SECONDS = 60;

    private final Context[] loops;
    private final Broadcast broadcast;
    private final Audience audience;

    /** @param loops which subscribers have in equal parts */
    Broadcasting(Context[] loops, Broadcast broadcast) {
        this.loops = loops;
        this.broadcast = broadcast;
        this.audience = new Audience(broadcast.subscribers(), broadcast.bytes());
    }

    Sample take(Task task, Contestant contestant, Servers servers, int othersConnections) throws Exception {
        subscribeAll(contestant);
        Publisher publisher = new Publisher(broadcast, audience, task.serverPorts().get(0));
        publisher.start();
        TimeUnit.MILLISECONDS.sleep(task.warmUpMillis());
        Usage before = Usage.now(servers);
        long heardBefore = audience.heard();
        TimeUnit.MILLISECONDS.sleep(task.measuredMillis());
        long heard = audience.heard() - heardBefore;
        Usage after = Usage.now(servers);
        int connections = servers.connections() - othersConnections;
        long failures = audience.failures(publisher.end() * broadcast.messagesEach());
        return Sample.of(heard, before, after, connections, failures,
                failures == 0 ? null : failures + " messages were lost, heard twice or wrong");
    }

    private void subscribeAll(Contestant contestant) throws Exception {
        CompletableFuture<?>[] all = new CompletableFuture<?>[audience.size()];
        for (int i = 0; i < all.length; i++) {
            int index = i;
            CompletableFuture<Object> inForce = new CompletableFuture<>();
            all[i] = inForce;
            // Neighbours share an event loop: their counts may share a line of the cache.
            loops[i * loops.length / all.length].runOnContext(now -> contestant
                    .subscribe(broadcast.topic(index), audience.subscriber(index)).whenComplete((confirmed, failure) -> {
                        if (failure == null) {
                            inForce.complete(confirmed);
                        } else {
                            inForce.completeExceptionally(failure);
                        }
                    }));
        }
        CompletableFuture.allOf(all).get(SUBSCRIBING_SECONDS, TimeUnit.SECONDS);
    }
}
