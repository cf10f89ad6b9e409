package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.CommandTracer;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.CommandMetrics;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.Request;

/**
 * Reports commands to Vert.x' tracer and client metrics, as the stock client does, so that dashboards and Quarkus'
 * OpenTelemetry and Micrometer bindings see what they know; or to the {@link CommandTracer} that has taken the place of that
 * tracer. What these throw costs nobody anything. May be called from any thread.
 */
public final class Telemetry {

    /** The metric of a command that has none. */
    private static final Object NO_METRIC = new Object();
    private static final String DEFAULT_DATABASE = "0";

    private final ForeignCalls calls;
    private final ConnectedPeer peer = new ConnectedPeer();
    private final SpanMaker spans;
    private final Optional<CommandMetrics> metrics;
    private final Optional<String> database;
    /** Whether nobody is reported to. */
    private final boolean silent;

    public Telemetry(Vertx vertx, NodeAddress address, ClientSettings settings) {
        this.calls = new ForeignCalls("the tracer or the metrics of commands to " + address);
        this.spans = spanMaker(vertx, address, settings);
        String metricsName = settings.redis().getNetClientOptions().getMetricsName();
        this.metrics = calls.get(() -> CommandMetrics.of(vertx, address.socket(), metricsName), Optional.empty());
        this.database = Optional.of(address.database() == null ? DEFAULT_DATABASE : address.database().toString());
        this.silent = spans == SpanMaker.NONE && metrics.isEmpty();
    }

    private SpanMaker spanMaker(Vertx vertx, NodeAddress address, ClientSettings settings) {
        TracingPolicy policy = settings.redis().getTracingPolicy();
        CommandTracer own = settings.multiplexer().getCommandTracer();
        if (own != CommandTracer.NONE) {
            return policy == TracingPolicy.IGNORE ? SpanMaker.NONE : new TracedSpans(own, address, peer);
        }
        VertxTracer<?, ?> tracer = VertxAccess.tracer(vertx);
        return tracer == null ? SpanMaker.NONE : new VertxSpans(vertx, tracer, policy, address, peer);
    }

    public void connectedTo(SocketAddress actualPeer) {
        peer.connected(actualPeer);
    }

    /** Whether nobody is reported to. */
    public boolean isSilent() {
        return silent;
    }

    /** Called on the caller's thread when the caller hands over a command. */
    public CommandReport begin(Request request) {
        return silent ? CommandReport.NONE : begin(Operation.of(request), database);
    }

    /** The same for a batch, too. */
    public CommandReport begin(Operation operation) {
        return silent ? CommandReport.NONE : begin(operation, database);
    }

    /** The same on a connection on which another database may have been selected. */
    public CommandReport beginInOtherDatabase(Operation operation) {
        return silent ? CommandReport.NONE : begin(operation, Optional.empty());
    }

    /** The same for what is not let in, as far as that is reported. The stock client does not. */
    public CommandReport beginRefused(Operation operation) {
        return spans == SpanMaker.NONE ? CommandReport.NONE
                : new Report(calls.get(() -> spans.beginRefused(operation, database), CommandReport.NONE), NO_METRIC);
    }

    private CommandReport begin(Operation operation, Optional<String> itsDatabase) {
        return new Report(calls.get(() -> spans.begin(operation, itsDatabase), CommandReport.NONE),
                metrics.isEmpty() ? NO_METRIC : calls.get(() -> metrics.get().begin(operation.stockName()), NO_METRIC));
    }

    public void close() {
        metrics.ifPresent(all -> calls.run(all::close));
    }

    private final class Report implements CommandReport {

        private final CommandReport span;
        private final Object metric;

        Report(CommandReport span, Object metric) {
            this.span = span;
            this.metric = metric;
        }

        @Override
        public void succeeded(Object reply) {
            calls.run(() -> span.succeeded(reply));
            if (metric != NO_METRIC) {
                calls.run(() -> metrics.orElseThrow().replied(metric));
            }
        }

        @Override
        public void failed(Throwable cause) {
            calls.run(() -> span.failed(cause));
            if (metric != NO_METRIC) {
                calls.run(() -> metrics.orElseThrow().failed(metric));
            }
        }
    }
}
