package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.PushType;
import io.vertx.redis.client.impl.types.SimpleStringType;

class PubSubMessageTest {

    @ParameterizedTest
    @EnumSource
    void theWordsOfEachKindAreToldApart(SubscriptionKind kind) {
        String prefix = kind.message.replace("message", "");

        assertEquals(Optional.of(new PubSubMessage(kind, Optional.of(Change.SUBSCRIBE), "name")),
                PubSubMessage.of(array(bulk(prefix + "subscribe"), bulk("name"), NumberType.create(1))));
        assertEquals(Optional.of(new PubSubMessage(kind, Optional.of(Change.UNSUBSCRIBE), "name")),
                PubSubMessage.of(push(bulk(prefix + "unsubscribe"), bulk("name"), NumberType.create(0))));
        assertEquals(Optional.of(new PubSubMessage(kind, Optional.empty(), "name")),
                PubSubMessage.of(push(bulk(prefix + "message"), bulk("name"), bulk("text"), bulk("more"))));
    }

    @Test
    void aNameKeepsItsBytes() {
        byte[] name = { 0, (byte) 0xff, '\r' };
        Response message = array(bulk("message"), BulkType.create(Buffer.buffer(name), false), bulk("text"));

        assertEquals(new String(name, StandardCharsets.ISO_8859_1), PubSubMessage.of(message).orElseThrow().name());
    }

    static Stream<Response> others() {
        return Stream.of(null, SimpleStringType.OK, ErrorType.create("ERR"), bulk("message"),
                array(bulk("pong"), bulk("")), array(bulk("pong"), bulk("a"), bulk("b")),
                push(bulk("invalidate"), bulk("key"), bulk("x")), array(bulk("message"), bulk("too short")),
                array(bulk("message"), null, bulk("text")), array(null, bulk("name"), bulk("text")),
                array(SimpleStringType.create("message"), bulk("name"), bulk("text")));
    }

    @ParameterizedTest
    @MethodSource("others")
    void allElseIsNone(Response other) {
        assertEquals(Optional.empty(), PubSubMessage.of(other));
    }

    private static Response bulk(String text) {
        return BulkType.create(Buffer.buffer(text), false);
    }

    private static Response array(Response... elements) {
        MultiType array = MultiType.create(elements.length, false);
        Arrays.asList(elements).forEach(array::add);
        return array;
    }

    private static Response push(Response... elements) {
        PushType push = PushType.create(elements.length);
        Arrays.asList(elements).forEach(push::add);
        return push;
    }
}
