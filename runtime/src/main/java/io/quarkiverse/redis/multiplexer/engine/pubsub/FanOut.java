package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.vertx.redis.client.Response;

/**
 * Hands published messages to those who hear them: at the end of a turn of the event loop, to each all that has come for it in
 * that turn. So a stream is locked, and a context is told, once for many messages when there are many, which cost next to
 * nothing each then; and a single one waits for no other. Those who hear nothing but one subscription are not even looked at
 * for each of its messages: they share what has come.
 * <p>
 * Used on the event loop of the hub.
 */
final class FanOut {

    /** Who hears something: one subscriber, or all who hear just the same. Throws nothing. */
    interface Hearing {

        /** What has come in this turn is to be handed over. @param deliveries where streams say that they have to deliver it */
        void handOver(Deliveries deliveries);
    }

    /** So many messages are handed over at the latest: those who hear them on other event loops can begin with them. */
    static final int MAX_AT_ONCE = 256;

    private final Executor loop;
    private final Runnable turnEnd = this::onTurnEnd;
    private final Deliveries deliveries = new Deliveries();
    /** Those for whom something has come in this turn. */
    private final List<Hearing> hearing = new ArrayList<>();
    private int messages;
    private boolean planned;

    /** @param loop the event loop of the hub */
    FanOut(Executor loop) {
        this.loop = loop;
    }

    /** Takes a message for all who hear its subscription. */
    void add(SubscriptionHearers hearers, Response message) {
        hearers.hear(SizedMessage.of(message), hearing);
        messages++;
        if (messages >= MAX_AT_ONCE) {
            handOver();
        } else if (!planned) {
            plan();
        }
    }

    private void plan() {
        planned = true;
        try {
            loop.execute(turnEnd);
        } catch (Throwable e) {
            // The event loop has ended, or there is no memory for a task.
            onTurnEnd();
        }
    }

    private void onTurnEnd() {
        planned = false;
        handOver();
    }

    private void handOver() {
        messages = 0;
        try {
            for (Hearing one : hearing) {
                one.handOver(deliveries);
            }
        } finally {
            hearing.clear();
            // Whoever has been given a message relies on it.
            deliveries.begin();
        }
    }
}
