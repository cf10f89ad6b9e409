package io.quarkiverse.redis.multiplexer.runtime;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import java.util.Optional;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.quarkiverse.redis.multiplexer.CommandTracer.Operation;
import io.vertx.core.net.SocketAddress;

/**
 * The attributes of one operation. They are the same each time that it succeeds, so they are made once: to make them costs
 * more than all the rest of a span that is not sampled. Thread-safe.
 */
final class OperationAttributes {

    private static final String REDIS = "redis";

    private static final AttributeKey<String> SYSTEM_NAME = stringKey("db.system.name");
    private static final AttributeKey<String> OPERATION_NAME = stringKey("db.operation.name");
    private static final AttributeKey<String> NAMESPACE = stringKey("db.namespace");
    private static final AttributeKey<Long> BATCH_SIZE = longKey("db.operation.batch.size");
    private static final AttributeKey<String> STATUS_CODE = stringKey("db.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = stringKey("error.type");
    private static final AttributeKey<String> SERVER_ADDRESS = stringKey("server.address");
    private static final AttributeKey<Long> SERVER_PORT = longKey("server.port");
    private static final AttributeKey<String> PEER_ADDRESS = stringKey("network.peer.address");
    private static final AttributeKey<Long> PEER_PORT = longKey("network.peer.port");

    // What Quarkus makes of the tags of the stock client.
    private static final AttributeKey<String> OLD_SYSTEM = stringKey("db.system");
    private static final AttributeKey<String> OLD_OPERATION = stringKey("db.operation");
    private static final AttributeKey<String> OLD_CONNECTION_STRING = stringKey("db.connection_string");
    private static final AttributeKey<String> OLD_USER = stringKey("db.user");
    private static final AttributeKey<String> OLD_SERVER_ADDRESS = stringKey("network.local.address");
    private static final AttributeKey<Long> OLD_SERVER_PORT = longKey("network.local.port");

    /**
     * What is known at the end.
     *
     * @param ofSpan what its span has in addition
     * @param ofDuration all that the histogram has
     */
    record AtEnd(Attributes ofSpan, Attributes ofDuration) {
    }

    private record Success(Optional<SocketAddress> peer, AtEnd attributes) {
    }

    private final Attributes ofSpan;
    private final Attributes ofDuration;
    /** The latest one: the next has the same peer, unless the server has moved. */
    private volatile Success success;

    /** @param withStockNames whether the span has those that the stock client's has, too */
    OperationAttributes(Operation operation, boolean withStockNames) {
        this.ofDuration = ofDuration(operation);
        this.ofSpan = ofSpan(operation, withStockNames);
        this.success = successAt(Optional.empty());
    }

    private static Attributes ofDuration(Operation operation) {
        AttributesBuilder attributes = Attributes.builder().put(SYSTEM_NAME, REDIS).put(OPERATION_NAME, operation.name());
        operation.database().ifPresent(number -> attributes.put(NAMESPACE, number));
        put(attributes, SERVER_ADDRESS, SERVER_PORT, operation.server());
        return attributes.build();
    }

    private Attributes ofSpan(Operation operation, boolean withStockNames) {
        AttributesBuilder attributes = ofDuration.toBuilder();
        if (operation.batchSize() > 1) {
            attributes.put(BATCH_SIZE, (long) operation.batchSize());
        }
        if (withStockNames) {
            attributes.put(OLD_SYSTEM, REDIS).put(OLD_OPERATION, operation.stockName()).put(OLD_CONNECTION_STRING,
                    operation.server().toString());
            operation.user().ifPresent(user -> attributes.put(OLD_USER, user));
            put(attributes, OLD_SERVER_ADDRESS, OLD_SERVER_PORT, operation.server());
        }
        return attributes.build();
    }

    /** What its span has from the beginning. */
    Attributes ofSpan() {
        return ofSpan;
    }

    AtEnd succeeded(Optional<SocketAddress> peer) {
        Success latest = success;
        if (!latest.peer.equals(peer)) {
            latest = successAt(peer);
            success = latest;
        }
        return latest.attributes;
    }

    private Success successAt(Optional<SocketAddress> peer) {
        return new Success(peer, atEnd(Attributes.builder(), peer));
    }

    AtEnd failed(Throwable cause, Optional<String> code, Optional<SocketAddress> peer) {
        AttributesBuilder attributes = Attributes.builder();
        code.ifPresent(word -> attributes.put(STATUS_CODE, word));
        return atEnd(attributes.put(ERROR_TYPE, code.orElseGet(() -> cause.getClass().getName())), peer);
    }

    private AtEnd atEnd(AttributesBuilder attributes, Optional<SocketAddress> peer) {
        peer.ifPresent(connected -> put(attributes, PEER_ADDRESS, PEER_PORT, numeric(connected)));
        Attributes added = attributes.build();
        return new AtEnd(added, ofDuration.toBuilder().putAll(added).build());
    }

    /** The address that a name has been resolved to. */
    private static SocketAddress numeric(SocketAddress peer) {
        return peer.isInetSocket() && peer.hostAddress() != null
                ? SocketAddress.inetSocketAddress(peer.port(), peer.hostAddress())
                : peer;
    }

    /** A Unix socket has a path, and no port. */
    private static void put(AttributesBuilder attributes, AttributeKey<String> name, AttributeKey<Long> port,
            SocketAddress address) {
        if (address.isInetSocket()) {
            attributes.put(name, address.host()).put(port, (long) address.port());
        } else {
            attributes.put(name, address.path());
        }
    }
}
