package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.CommandTracer;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;

/** The spans that a {@link CommandTracer} makes. Those of what is refused are among them. */
final class TracedSpans implements SpanMaker {

    private final CommandTracer tracer;
    private final NodeAddress address;
    private final ConnectedPeer peer;

    TracedSpans(CommandTracer tracer, NodeAddress address, ConnectedPeer peer) {
        this.tracer = tracer;
        this.address = address;
        this.peer = peer;
    }

    @Override
    public CommandReport begin(Operation operation, Optional<String> database) {
        CommandTracer.CommandSpan span = tracer.begin(new CommandTracer.Operation(operation.name(), operation.stockName(),
                operation.size(), database, Optional.ofNullable(address.user()), address.socket()));
        return new CommandReport() {
            @Override
            public void succeeded(Object reply) {
                span.succeeded(peer.address());
            }

            @Override
            public void failed(Throwable cause) {
                span.failed(SpanFailure.of(cause), ErrorCode.of(cause), peer.address());
            }
        };
    }

    @Override
    public CommandReport beginRefused(Operation operation, Optional<String> database) {
        return begin(operation, database);
    }
}
