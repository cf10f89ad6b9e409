package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.List;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * Tells whether what is sent on one connection may publish something: EXEC does, if its transaction does. So a transaction that
 * publishes nothing does not wait at the {@link PublishGate}. May be called from any thread.
 */
public final class Publishing {

    /** Whether something that publishes has been sent since the last EXEC. */
    private volatile boolean sent;

    /** Whether these, which are sent now, may publish something. Each is to be asked about once. */
    public boolean mayPublish(List<Request> requests) {
        boolean publishes = false;
        for (int i = 0, n = requests.size(); i < n; i++) {
            publishes |= mayPublish(requests.get(i));
        }
        return publishes;
    }

    private boolean mayPublish(Request request) {
        boolean publishes = request.command() == Command.EXEC ? sent : PublishGate.publishesByItself(request);
        if (publishes) {
            sent = request.command() != Command.EXEC;
        }
        return publishes;
    }
}
