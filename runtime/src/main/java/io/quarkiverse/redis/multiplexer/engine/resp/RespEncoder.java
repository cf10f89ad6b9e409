package io.quarkiverse.redis.multiplexer.engine.resp;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * Encodes requests as RESP arrays of bulk strings, the only form in which a client speaks in RESP2 and RESP3 alike
 * (<a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis serialization protocol</a>).
 */
public final class RespEncoder {

    /** The stock client sends a {@code null} argument as the four letters; so do we. */
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL_ARGUMENT = "$4\r\nnull\r\n".getBytes(StandardCharsets.US_ASCII);

    /** {@code *} or {@code $} and CRLF. */
    private static final int HEADER_SIZE = 3;

    private RespEncoder() {
    }

    /** What is sent of an argument, which may be {@code null}. */
    public static byte[] sent(byte[] argument) {
        return argument == null ? NULL : argument;
    }

    /** How many bytes {@link #encode} makes of this request. */
    public static long encodedSize(Request request) {
        List<byte[]> arguments = RequestAccess.arguments(request);
        int count = arguments.size();
        long size = HEADER_SIZE + digits(count + 1) + RequestAccess.encodedName(request).length;
        for (int i = 0; i < count; i++) {
            byte[] argument = arguments.get(i);
            size += argument == null ? NULL_ARGUMENT.length
                    : HEADER_SIZE + digits(argument.length) + argument.length + 2L;
        }
        return size;
    }

    /**
     * Encodes the request, whose arguments can be changed afterwards without changing the result.
     *
     * @throws IllegalArgumentException if it has more than 2 GiB
     */
    public static byte[] encode(Request request) {
        return encode(request, encodedSize(request));
    }

    /** The same for who knows its {@link #encodedSize} already. */
    public static byte[] encode(Request request, long size) {
        if (size > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalArgumentException("The command " + request.command() + " has " + size
                    + " bytes, which is more than a command can have (2 GiB)");
        }
        byte[] encoded = new byte[(int) size];
        encode(request, encoded, 0);
        return encoded;
    }

    /**
     * Encodes the request into {@code out}, which has room for its {@link #encodedSize}.
     *
     * @return the position behind its last byte
     */
    public static int encode(Request request, byte[] out, int start) {
        List<byte[]> arguments = RequestAccess.arguments(request);
        int count = arguments.size();
        int position = writeHeader('*', count + 1, out, start);
        position = write(RequestAccess.encodedName(request), out, position);
        for (int i = 0; i < count; i++) {
            byte[] argument = arguments.get(i);
            if (argument == null) {
                position = write(NULL_ARGUMENT, out, position);
            } else {
                position = write(argument, out, writeHeader('$', argument.length, out, position));
                out[position++] = '\r';
                out[position++] = '\n';
            }
        }
        return position;
    }

    private static int write(byte[] bytes, byte[] out, int position) {
        System.arraycopy(bytes, 0, out, position, bytes.length);
        return position + bytes.length;
    }

    /** How many bytes a header with this number has. */
    public static int headerSize(int number) {
        return HEADER_SIZE + digits(number);
    }

    /** @param type {@code *} or {@code $} @return the position behind it */
    public static int writeHeader(char type, int number, byte[] out, int start) {
        out[start] = (byte) type;
        int end = start + 1 + digits(number);
        int rest = number;
        for (int i = end - 1; i > start; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        out[end] = '\r';
        out[end + 1] = '\n';
        return end + 2;
    }

    private static int digits(int number) {
        if (number < 10) {
            return 1;
        }
        if (number < 100) {
            return 2;
        }
        int digits = 3;
        for (int rest = number / 1000; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
