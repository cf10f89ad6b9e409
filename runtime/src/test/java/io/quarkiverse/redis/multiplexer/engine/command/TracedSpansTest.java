package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandTracer;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link TracedSpans}: what a {@link CommandTracer} is told. */
class TracedSpansTest {

    private static final SocketAddress PEER = SocketAddress.inetSocketAddress(6379, "10.0.0.7");
    private static final NodeAddress ADDRESS = NodeAddress
            .of(new RedisOptions().setConnectionString("redis://anna:secret@cache.example.com:6380"));

    private final List<CommandTracer.Operation> begun = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final ConnectedPeer peer = new ConnectedPeer();
    private final SpanMaker spans = new TracedSpans(this::begin, ADDRESS, peer);

    private CommandTracer.CommandSpan begin(CommandTracer.Operation operation) {
        begun.add(operation);
        return new CommandTracer.CommandSpan() {
            @Override
            public void succeeded(Optional<SocketAddress> connected) {
                ends.add("succeeded " + connected);
            }

            @Override
            public void failed(Throwable cause, Optional<String> code, Optional<SocketAddress> connected) {
                ends.add("failed " + cause.getMessage() + " " + code + " " + connected);
            }
        };
    }

    @Test
    void itIsToldOfTheCommandAndTheServer() {
        spans.begin(Operation.ofBatch(Commands.requests("GET a", "GET b")), Optional.of("7"));
        assertEquals(List.of(new CommandTracer.Operation("PIPELINE get", "batch", 2, Optional.of("7"), Optional.of("anna"),
                SocketAddress.inetSocketAddress(6380, "cache.example.com"))), begun);
    }

    @Test
    void itIsToldOfTheEndAndOfWhoIsConnectedByThen() {
        CommandReport first = get();
        CommandReport second = get();
        first.failed(new IllegalStateException("no memory"));
        peer.connected(PEER);
        second.succeeded("reply");
        get().failed(ErrorType.create("WRONGTYPE Operation against a key"));
        peer.connected(null);
        get().succeeded("reply");
        assertEquals(List.of("failed no memory Optional.empty Optional.empty", "succeeded Optional[" + PEER + "]",
                "failed WRONGTYPE Optional[WRONGTYPE] Optional[" + PEER + "]", "succeeded Optional.empty"), ends);
    }

    private CommandReport get() {
        return spans.begin(Operation.of(Commands.request("GET a")), Optional.empty());
    }

    @Test
    void whatIsRefusedHasASpanToo() {
        spans.beginRefused(Operation.of(Commands.request("MULTI")), Optional.of("0"));
        assertEquals("multi", begun.get(0).name());
    }

    @Test
    void whereNobodyTracesNobodyIsTold() {
        Operation get = Operation.of(Commands.request("GET a"));
        assertSame(CommandReport.NONE, SpanMaker.NONE.begin(get, Optional.empty()));
        assertSame(CommandReport.NONE, SpanMaker.NONE.beginRefused(get, Optional.empty()));
    }
}
