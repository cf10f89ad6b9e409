package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;

/** The spans that the tracer of Vert.x makes: with the operation, the tags and the calls that the stock client makes. */
final class VertxSpans implements SpanMaker {

    private final Vertx vertx;
    private final VertxTracer<Object, Object> tracer;
    private final TracingPolicy policy;
    private final NodeAddress address;
    private final ConnectedPeer peer;

    @SuppressWarnings("unchecked")
    VertxSpans(Vertx vertx, VertxTracer<?, ?> tracer, TracingPolicy policy, NodeAddress address, ConnectedPeer peer) {
        this.vertx = vertx;
        this.tracer = (VertxTracer<Object, Object>) tracer;
        this.policy = policy;
        this.address = address;
        this.peer = peer;
    }

    @Override
    public CommandReport begin(Operation operation, Optional<String> database) {
        return new Span(VertxAccess.current(vertx), operation.stockName(), database.orElse(null));
    }

    private final class Span implements CommandReport {

        private final Context context;
        private final String command;
        /** {@code null} if it is not known. */
        private final String database;
        private final Object span;

        Span(Context context, String command, String database) {
            this.context = context;
            this.command = command;
            this.database = database;
            this.span = tracer.sendRequest(context, SpanKind.RPC, policy, this, "Command", (name, value) -> {
            }, Tag.EXTRACTOR);
        }

        @Override
        public void succeeded(Object reply) {
            tracer.receiveResponse(context, reply, span, null, TagExtractor.empty());
        }

        @Override
        public void failed(Throwable cause) {
            tracer.receiveResponse(context, null, span, SpanFailure.of(cause), TagExtractor.empty());
        }

        private String tag(Tag tag) {
            SocketAddress server = address.socket();
            SocketAddress connected = peer.address().orElse(server);
            return switch (tag) {
                // As long as nothing is connected, a name has no address.
                case NETWORK_PEER_ADDRESS -> connected.hostAddress() == null ? connected.host() : connected.hostAddress();
                case NETWORK_PEER_PORT -> String.valueOf(connected.port());
                case PEER_ADDRESS -> server.toString();
                case SERVER_ADDRESS -> server.host();
                case SERVER_PORT -> String.valueOf(server.port());
                case SPAN_KIND -> "client";
                case DB_USER -> address.user();
                case DB_INSTANCE -> database;
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
            public int len(Object span) {
                return tags.length;
            }

            @Override
            public String name(Object span, int index) {
                return tags[index].key;
            }

            @Override
            public String value(Object span, int index) {
                return ((Span) span).tag(tags[index]);
            }
        };

        private final String key;

        Tag(String key) {
            this.key = key;
        }
    }
}
