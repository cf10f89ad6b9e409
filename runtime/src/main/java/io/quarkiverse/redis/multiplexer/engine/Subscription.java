package io.quarkiverse.redis.multiplexer.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the hub knows of one channel, pattern or sharded channel: who wants its messages, and who waits for the server to
 * confirm that they come, or come no more. Used on the event loop of the hub.
 */
final class Subscription {

    final SubscriptionKind kind;
    /** One char per byte: names are binary. */
    final String name;
    final Set<Subscriber> subscribers = new LinkedHashSet<>();
    final List<SubscriptionCall> calls = new ArrayList<>();
    /** Whether the server sends its messages on the current connection. */
    boolean confirmed;
    /** Whether the server has sent its messages on a connection that was lost. */
    boolean interrupted;

    Subscription(SubscriptionKind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    /** The server has done as it was told. */
    void settleCalls() {
        calls.forEach(call -> call.settle(this));
        calls.clear();
    }

    /** The server won't. */
    void failCalls(Throwable cause) {
        List.copyOf(calls).forEach(call -> call.fail(cause));
        calls.clear();
    }
}
