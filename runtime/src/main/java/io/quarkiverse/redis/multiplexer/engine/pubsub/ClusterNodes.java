package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.impl.types.ErrorType;

/** The nodes of a cluster, as far as subscriptions need to know. May be asked from any thread; nothing of it blocks. */
public interface ClusterNodes {

    /** One node: the same object for as long as it is one of the cluster's. */
    interface Member {

        Connector connector();

        /** The words for what happens at the node. */
        Failures failures();

        OutageLog outages();
    }

    /** The node that has the slot; empty as long as none is known to. */
    Optional<Member> owner(int slot);

    /** The nodes that have slots, or may get some; empty as long as nothing is known of the cluster. */
    List<Member> primaries();

    /**
     * Sees to it that something becomes known of the cluster.
     *
     * @return completes on {@code caller} when it is; fails with the cause if nobody can be asked right now
     */
    Future<Void> whenKnown(Context caller);

    /**
     * A node has refused something as not its own, or not now. After MOVED, {@link #owner} is the one that it names, until
     * somebody knows better.
     */
    void onRefused(Member by, ErrorType error);

    /** A node has ended a subscription to a sharded channel by itself, as it does when it loses the slot. */
    void onEnded(Member by);

    /**
     * Asks a node for something in one of the slots that it is known to have. If it has lost that, it says so, as if it had
     * {@linkplain #onRefused refused} something.
     */
    void lookAt(Member node);

    /** There is no connection to a node. */
    void onUnreachable(Member node);

    /** There is a connection to a node. */
    void onReachable(Member node);

    /** Has {@code listener} called, on any thread, when the {@link #primaries} or the {@link #owner} of a slot have changed. */
    void listen(Runnable listener);
}
