package io.quarkiverse.redis.multiplexer.engine.resp;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;

/**
 * A bulk string, or a RESP3 verbatim string with its three-letter {@linkplain #format() format}. Behaves like the
 * stock client's {@code BulkType}, but owns a plain array that the decoder filled straight from the socket's buffer.
 */
final class BulkString implements Response {

    static final BulkString EMPTY = new BulkString(new byte[0], null);

    private final byte[] bytes;
    private final String format;

    BulkString(byte[] bytes, String format) {
        this.bytes = bytes;
        this.format = format;
    }

    @Override
    public ResponseType type() {
        return ResponseType.BULK;
    }

    @Override
    public String format() {
        return format;
    }

    /** The bytes of the reply itself, not a copy: whoever changes them changes what this reply says. */
    @Override
    public byte[] toBytes() {
        return bytes;
    }

    @Override
    public Buffer toBuffer() {
        return Buffer.buffer(bytes);
    }

    @Override
    public String toString(Charset encoding) {
        return new String(bytes, encoding);
    }

    @Override
    public String toString() {
        return toString(StandardCharsets.UTF_8);
    }
}
