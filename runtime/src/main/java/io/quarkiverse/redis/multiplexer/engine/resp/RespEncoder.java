package io.quarkiverse.redis.multiplexer.engine.resp;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * Writes requests as RESP arrays of bulk strings, the only form in which a client speaks in RESP2 and RESP3 alike
 * (<a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis serialization protocol</a>).
 */
public final class RespEncoder {

    /** The stock client sends a {@code null} argument as the four letters; so do we. */
    private static final byte[] NULL_ARGUMENT = "$4\r\nnull\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int CRLF = '\r' << 8 | '\n';

    /** {@code *} or {@code $}, at most ten digits, CRLF. */
    private static final int HEADER_SIZE = 13;

    private RespEncoder() {
    }

    /** An upper bound for the bytes that {@link #encode} writes for this request. */
    public static long maxEncodedSize(Request request) {
        List<byte[]> arguments = RequestAccess.arguments(request);
        long size = HEADER_SIZE + RequestAccess.encodedName(request).length;
        for (int i = 0, n = arguments.size(); i < n; i++) {
            byte[] argument = arguments.get(i);
            size += HEADER_SIZE + 2 + (argument == null ? NULL_ARGUMENT.length : argument.length);
        }
        return size;
    }

    /** Appends the request to {@code out}, which grows as needed. */
    public static void encode(Request request, ByteBuf out) {
        List<byte[]> arguments = RequestAccess.arguments(request);
        int count = arguments.size();
        writeHeader('*', count + 1, out);
        out.writeBytes(RequestAccess.encodedName(request));
        for (int i = 0; i < count; i++) {
            byte[] argument = arguments.get(i);
            if (argument == null) {
                out.writeBytes(NULL_ARGUMENT);
            } else {
                writeHeader('$', argument.length, out);
                out.writeBytes(argument);
                out.writeShort(CRLF);
            }
        }
    }

    private static void writeHeader(char type, int length, ByteBuf out) {
        if (length < 10) {
            out.writeInt(type << 24 | ('0' + length) << 16 | CRLF);
            return;
        }
        out.writeByte(type);
        if (length < 100) {
            out.writeInt(('0' + length / 10) << 24 | ('0' + length % 10) << 16 | CRLF);
            return;
        }
        int divisor = 100;
        while (length / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            out.writeByte('0' + length / divisor % 10);
        }
        out.writeShort(CRLF);
    }
}
