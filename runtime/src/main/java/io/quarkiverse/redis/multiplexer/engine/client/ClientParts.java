package io.quarkiverse.redis.multiplexer.engine.client;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.TransactionAccess;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.topology.Topology;
import io.vertx.core.Vertx;

/**
 * What a client shares with the connections that it gives, from when it is first used.
 *
 * @param bytes counts those of all commands
 */
record ClientParts(Vertx vertx, MultiplexerOptions options, PendingBytes bytes, Topology topology, PublishGate gate,
        TransactionAccess transactions, SubscriptionCalls subscriptions) {

    ClientParts(Vertx vertx, MultiplexerOptions options, PendingBytes bytes, Topology topology, PublishGate gate) {
        this(vertx, options, bytes, topology, gate, TransactionAccess.of(options.getTransactions()),
                new SubscriptionCalls(options, bytes, topology.failures()));
    }

    static ClientParts make(Vertx vertx, ClientSettings settings) {
        MultiplexerOptions options = settings.multiplexer();
        PendingBytes bytes = PendingBytes.atMost(options.getMaxPendingBytes());
        Topology topology = Topology.of(vertx, settings, bytes);
        return new ClientParts(vertx, options, bytes, topology, new PublishGate(options, topology.failures(), bytes));
    }

    Failures failures() {
        return topology.failures();
    }
}
