package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link VertxSpans}: the tags that Vert.x' tracer is given, by hand. */
class VertxSpansTest {

    private final List<Map<String, String>> tags = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final ConnectedPeer peer = new ConnectedPeer();
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close();
    }

    private final class Noting implements VertxTracer<Object, Object> {

        @Override
        public <R> Object sendRequest(Context context, SpanKind kind, TracingPolicy policy, R request, String operation,
                BiConsumer<String, String> headers, TagExtractor<R> extractor) {
            tags.add(new TreeMap<>(extractor.extract(request)));
            return "span";
        }

        @Override
        public <R> void receiveResponse(Context context, R response, Object span, Throwable failure,
                TagExtractor<R> extractor) {
            ends.add(span + " " + response + " " + failure);
        }
    }

    private CommandReport begin(String url, Optional<String> database) {
        NodeAddress address = NodeAddress.of(new RedisOptions().setConnectionString(url));
        return new VertxSpans(vertx, new Noting(), TracingPolicy.PROPAGATE, address, peer)
                .begin(Operation.ofBatch(Commands.requests("GET a", "GET b")), database);
    }

    @Test
    void aBatchIsNamedAsTheStockClientNamesIt() {
        begin("redis://anna:secret@localhost:6380/3", Optional.of("3"));
        assertEquals(Map.of("network.peer.address", "localhost", "network.peer.port", "6380", "peer.address", "localhost:6380",
                "server.address", "localhost", "server.port", "6380", "span.kind", "client", "db.user", "anna",
                "db.instance", "3", "db.statement", "batch", "db.type", "redis"), tags.get(0));
    }

    @Test
    void thePeerIsTheOneThatIsConnected() {
        peer.connected(SocketAddress.inetSocketAddress(7000, "10.0.0.7"));
        begin("redis://localhost:6380", Optional.empty());
        assertEquals("7000", tags.get(0).get("network.peer.port"));
        assertEquals("10.0.0.7", tags.get(0).get("network.peer.address"));
        assertEquals("localhost", tags.get(0).get("server.address"));
    }

    @Test
    void theEndIsToldWithTheSpan() {
        begin("redis://localhost", Optional.empty()).succeeded("reply");
        begin("redis://localhost", Optional.empty()).failed(new IllegalStateException("no"));
        begin("redis://localhost", Optional.empty()).failed(ErrorType.create("NOPERM no access to the key 'anna'"));
        assertEquals(List.of("span reply null", "span null java.lang.IllegalStateException: no",
                "span null " + ErrorType.create("NOPERM")), ends);
    }
}
