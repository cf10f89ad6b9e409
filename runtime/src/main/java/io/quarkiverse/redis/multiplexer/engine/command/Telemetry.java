package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.CommandMetrics;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;

/**
 * Reports commands to Vert.x' tracer and client metrics, with the operation, the tags and the calls that the stock client
 * makes, so that dashboards and Quarkus' OpenTelemetry and Micrometer bindings see what they know. What these throw
 * costs nobody anything.
 */
public final class Telemetry {

    /** The span or metric of a command that has none. */
    private static final Object NONE = new Object();

    private final Vertx vertx;
    private final ForeignCalls calls;
    /** {@code null} without tracing. */
    private final VertxTracer<Object, Object> tracer;
    /** {@code null} without metrics. */
    private final CommandMetrics metrics;
    private final TracingPolicy policy;
    private final NodeAddress address;
    private final String database;
    /** Of the latest connection; the address as configured until there is one. */
    private volatile SocketAddress peer;

    @SuppressWarnings("unchecked")
    public Telemetry(Vertx vertx, NodeAddress address, String metricsName, TracingPolicy policy) {
        this.vertx = vertx;
        this.address = address;
        this.database = address.database() == null ? "0" : address.database().toString();
        this.peer = address.socket();
        this.policy = policy;
        this.calls = new ForeignCalls("the tracer or the metrics of commands to " + address);
        this.tracer = (VertxTracer<Object, Object>) VertxAccess.tracer(vertx);
        this.metrics = calls
                .get(() -> CommandMetrics.of(vertx, address.socket(), metricsName), Optional.<CommandMetrics> empty())
                .orElse(null);
    }

    public void connectedTo(SocketAddress actualPeer) {
        peer = actualPeer;
    }

    /** Whether nobody is reported to. */
    public boolean isSilent() {
        return tracer == null && metrics == null;
    }

    /** Called on the caller's thread when the caller hands over a command, or a batch under the name {@code batch}. */
    public CommandReport begin(String command) {
        return begin(command, database);
    }

    /** The same on a connection on which another database may have been selected. */
    public CommandReport beginInOtherDatabase(String command) {
        return begin(command, null);
    }

    private CommandReport begin(String command, String itsDatabase) {
        return isSilent() ? CommandReport.NONE
                : new Report(VertxAccess.current(vertx), command, itsDatabase);
    }

    public void close() {
        if (metrics != null) {
            calls.run(metrics::close);
        }
    }

    private final class Report implements CommandReport {

        private final Context context;
        private final String command;
        /** {@code null} if it is not known. */
        private final String itsDatabase;
        private final Object span;
        private final Object metric;

        Report(Context context, String command, String itsDatabase) {
            this.context = context;
            this.command = command;
            this.itsDatabase = itsDatabase;
            this.span = tracer == null ? NONE : calls.get(this::beginSpan, NONE);
            this.metric = metrics == null ? NONE : calls.get(() -> metrics.begin(command), NONE);
        }

        private Object beginSpan() {
            return tracer.sendRequest(context, SpanKind.RPC, policy, this, "Command", (name, value) -> {
            }, Tag.EXTRACTOR);
        }

        @Override
        public void succeeded(Object reply) {
            endSpan(reply, null);
            if (metric != NONE) {
                calls.run(() -> metrics.replied(metric));
            }
        }

        @Override
        public void failed(Throwable cause) {
            endSpan(null, cause);
            if (metric != NONE) {
                calls.run(() -> metrics.failed(metric));
            }
        }

        private void endSpan(Object reply, Throwable cause) {
            if (span != NONE) {
                calls.run(() -> tracer.receiveResponse(context, reply, span, cause, TagExtractor.empty()));
            }
        }

        private String tag(Tag tag) {
            SocketAddress server = address.socket();
            return switch (tag) {
                // As long as nothing is connected, a name has no address.
                case NETWORK_PEER_ADDRESS -> peer.hostAddress() == null ? peer.host() : peer.hostAddress();
                case NETWORK_PEER_PORT -> String.valueOf(peer.port());
                case PEER_ADDRESS -> server.toString();
                case SERVER_ADDRESS -> server.host();
                case SERVER_PORT -> String.valueOf(server.port());
                case SPAN_KIND -> "client";
                case DB_USER -> address.user();
                case DB_INSTANCE -> itsDatabase;
                case DB_STATEMENT -> command;
                case DB_TYPE -> "redis";
            };
        }
    }

    /** The tags of the stock client's {@code CommandReporter}. */
    private enum Tag {
        NETWORK_PEER_ADDRESS("network.peer.address"),
        NETWORK_PEER_PORT("network.peer.port"),
        PEER_ADDRESS("peer.address"),
        SERVER_ADDRESS("server.address"),
        SERVER_PORT("server.port"),
        SPAN_KIND("span.kind"),
        DB_USER("db.user"),
        DB_INSTANCE("db.instance"),
        DB_STATEMENT("db.statement"),
        DB_TYPE("db.type");

        static final TagExtractor<Object> EXTRACTOR = new TagExtractor<>() {

            private final Tag[] tags = Tag.values();

            @Override
            public int len(Object report) {
                return tags.length;
            }

            @Override
            public String name(Object report, int index) {
                return tags[index].key;
            }

            @Override
            public String value(Object report, int index) {
                return ((Report) report).tag(tags[index]);
            }
        };

        private final String key;

        Tag(String key) {
            this.key = key;
        }
    }
}
