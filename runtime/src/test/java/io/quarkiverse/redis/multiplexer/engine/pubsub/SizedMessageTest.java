package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.PushType;
import io.vertx.redis.client.impl.types.SimpleStringType;

class SizedMessageTest {

    @Test
    void allElementsCount() {
        PushType message = PushType.create(3);
        message.add(BulkType.create(Buffer.buffer("message"), false));
        message.add(null);
        message.add(BulkType.create(Buffer.buffer(new byte[1000]), false));

        SizedMessage sized = SizedMessage.of(message);
        assertSame(message, sized.message());
        long empty = SizedMessage.of(null).bytes();
        assertEquals(1000 + "message".length() + 4 * empty, sized.bytes());
    }

    @Test
    void whatHasNoBytesCountsAsItsText() {
        long empty = SizedMessage.of(null).bytes();
        assertTrue(empty > 0);
        assertEquals(empty + 3, SizedMessage.of(NumberType.create(123L)).bytes());
        assertEquals(empty + 2, SizedMessage.of(SimpleStringType.create("OK")).bytes());
    }
}
