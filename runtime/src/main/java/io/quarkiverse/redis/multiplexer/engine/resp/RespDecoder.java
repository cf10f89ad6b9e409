package io.quarkiverse.redis.multiplexer.engine.resp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BooleanType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/**
 * Turns what the peer sends into Vert.x {@link Response}s: every type of RESP2 and RESP3
 * (<a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis serialization protocol</a>), in any
 * cut into chunks.
 * <p>
 * The peer is not trusted. Depth, counts and lengths are checked before anything is allocated, and memory grows with
 * what has arrived, never with what was announced. Anything else than RESP ends in a {@link RespException}, after which
 * the decoder is closed.
 * <p>
 * Not thread-safe: used on the event loop of its connection.
 */
public final class RespDecoder {

    /** What a decoder delivers, in the order of arrival, on the thread that decodes. */
    public interface Handler {

        /** @param reply {@code null} for the null reply; an {@link ErrorType} for an error */
        void onReply(Response reply);

        /** A RESP3 push: out of band, the reply to nothing. */
        void onPush(Response push);
    }

    /** Of a bulk string; Redis' own {@code proto-max-bulk-len}. */
    static final int MAX_BULK_LENGTH = 512 * 1024 * 1024;
    /** Of one aggregate, a map's keys and values counted apart. */
    static final int MAX_ELEMENTS = 1 << 28;
    /** Of a simple string or error; MONITOR's lines are the longest. */
    static final int MAX_LINE_LENGTH = 1024 * 1024;
    /**
     * Of a big number or a double. The time to parse a big number grows with the square of its digits; the longest double is
     * a module's {@code long double} in {@code %.17Lf}, which takes up to 5 kB.
     */
    static final int MAX_BIG_NUMBER_LENGTH = 16 * 1024;
    /** Of an integer, boolean or length. */
    static final int MAX_NUMBER_LENGTH = 64;

    private final Handler handler;
    private final Aggregate[] stack;
    private int depth;
    private PartialBulk bulk;
    /** An incomplete line, kept until the rest of it comes. */
    private ByteBuf remainder = Unpooled.EMPTY_BUFFER;
    /** How many bytes of an incomplete line are known to hold no line end. */
    private int scanned;
    private boolean closed;

    /** @param maxDepth how deep aggregates may nest */
    public RespDecoder(int maxDepth, Handler handler) {
        this.stack = new Aggregate[maxDepth];
        this.handler = handler;
    }

    /**
     * Reads all of {@code chunk}, which stays the caller's to release, and delivers the replies that it completes.
     *
     * @throws RespException if this is not RESP; the replies before the fault have been delivered
     */
    public void decode(ByteBuf chunk) throws RespException {
        if (closed) {
            return;
        }
        ByteBuf in = chunk;
        if (remainder.isReadable()) {
            remainder.writeBytes(chunk);
            in = remainder;
        }
        boolean sound = false;
        try {
            while (!closed && next(in)) {
                scanned = 0;
            }
            sound = true;
        } finally {
            if (sound && !closed) {
                keepRemainder(in);
            } else {
                close();
            }
        }
    }

    /** Whether a part of a reply has been read, and not all of it. */
    public boolean isInReply() {
        return depth > 0 ? stack[0].isReply() : bulk != null;
    }

    /** Delivers nothing more, not even what is left of the chunk that is being decoded, and releases its memory. */
    public void close() {
        closed = true;
        bulk = null;
        remainder.release();
        remainder = Unpooled.EMPTY_BUFFER;
    }

    private void keepRemainder(ByteBuf in) {
        if (in != remainder) {
            if (in.isReadable()) {
                if (remainder.capacity() == 0) {
                    remainder = in.alloc().buffer(Math.max(256, in.readableBytes()));
                }
                remainder.clear().writeBytes(in);
            }
        } else if (!in.isReadable()) {
            // Long lines are rare: do not hold on to the room for one.
            remainder.release();
            remainder = Unpooled.EMPTY_BUFFER;
        } else {
            remainder.discardReadBytes();
        }
    }

    /** @return whether something was read; {@code false} asks for more bytes */
    private boolean next(ByteBuf in) throws RespException {
        if (bulk != null) {
            return continueBulk(in);
        }
        int start = in.readerIndex();
        int end = in.writerIndex();
        if (start == end) {
            return false;
        }
        byte type = in.getByte(start);
        int line = start + 1;
        int lineEnd = Ascii.findCarriageReturn(in, line + scanned, end);
        if (lineEnd < 0 || lineEnd + 1 == end) {
            scanned = (lineEnd < 0 ? end : lineEnd) - line;
            checkLineLength(type, scanned);
            return false;
        }
        checkLineLength(type, lineEnd - line);
        if (in.getByte(lineEnd + 1) != '\n') {
            throw new RespException("A line ends in CR without LF");
        }
        in.readerIndex(lineEnd + 2);
        switch (type) {
            case '$', '=', '!' -> beginBulk(type, Ascii.parseLong(in, line, lineEnd), in);
            case '+' -> emit(simpleString(in, line, lineEnd));
            case ':' -> emit(NumberType.create(Ascii.parseLong(in, line, lineEnd)));
            case '-' -> emit(ErrorType.create(text(in, line, lineEnd)));
            case '*', '~', '%', '>', '|' -> beginAggregate(type, Ascii.parseLong(in, line, lineEnd));
            case '_' -> emit(null);
            case '#' -> emit(bool(in, line, lineEnd));
            case ',' -> emit(NumberType.create(parseDouble(text(in, line, lineEnd))));
            case '(' -> emit(NumberType.create(parseBigNumber(text(in, line, lineEnd))));
            default -> throw unknownType(type);
        }
        return true;
    }

    private void beginBulk(byte type, long length, ByteBuf in) throws RespException {
        if (length == -1 && type == '$') {
            emit(null);
            return;
        }
        if (length < 0 || length > MAX_BULK_LENGTH) {
            throw new RespException("A bulk string announces " + length + " bytes; 0 to " + MAX_BULK_LENGTH + " are allowed");
        }
        int size = (int) length;
        if (type == '$' && in.readableBytes() >= size + 2) {
            byte[] bytes = new byte[size];
            in.readBytes(bytes);
            readBulkEnd(in);
            emit(size == 0 ? BulkString.EMPTY : new BulkString(bytes, null));
        } else {
            bulk = new PartialBulk(type, size);
        }
    }

    private boolean continueBulk(ByteBuf in) throws RespException {
        if (!bulk.readFrom(in) || in.readableBytes() < 2) {
            return false;
        }
        readBulkEnd(in);
        byte type = bulk.type;
        byte[] bytes = bulk.bytes();
        bulk = null;
        emit(switch (type) {
            case '!' -> ErrorType.create(new String(bytes, StandardCharsets.UTF_8));
            case '=' -> verbatim(bytes);
            default -> new BulkString(bytes, null);
        });
        return true;
    }

    private static void readBulkEnd(ByteBuf in) throws RespException {
        if (in.readShort() != ('\r' << 8 | '\n')) {
            throw new RespException("A bulk string is longer than it announced");
        }
    }

    private static Response verbatim(byte[] bytes) throws RespException {
        if (bytes.length < 4 || bytes[3] != ':') {
            throw new RespException("A verbatim string does not start with its format");
        }
        byte[] content = new byte[bytes.length - 4];
        System.arraycopy(bytes, 4, content, 0, content.length);
        return new BulkString(content, new String(bytes, 0, 3, StandardCharsets.US_ASCII));
    }

    private void beginAggregate(byte type, long announced) throws RespException {
        if (announced == -1 && type == '*') {
            emit(null);
            return;
        }
        int perElement = type == '%' || type == '|' ? 2 : 1;
        if (announced < 0 || announced > MAX_ELEMENTS / perElement) {
            throw new RespException("An aggregate announces " + announced + " elements; 0 to " + MAX_ELEMENTS + " are allowed");
        }
        if (type == '>' && (depth > 0 || announced == 0)) {
            throw new RespException(depth > 0 ? "A push inside of a reply" : "An empty push");
        }
        if (announced == 0) {
            if (type != '|') {
                emit(type == '%' ? MultiType.EMPTY_MAP : MultiType.EMPTY_MULTI);
            }
            return;
        }
        if (depth == stack.length) {
            throw new RespException("A reply nests deeper than " + stack.length + " (quarkus.redis.max-nested-arrays)");
        }
        Aggregate aggregate = stack[depth];
        if (aggregate == null) {
            aggregate = stack[depth] = new Aggregate();
        }
        aggregate.begin(type, (int) announced * perElement);
        depth++;
    }

    /** Adds an element to the aggregate that it belongs to, or delivers it; an aggregate that it completes likewise. */
    private void emit(Response element) {
        Response complete = element;
        while (depth > 0) {
            Aggregate innermost = stack[depth - 1];
            if (!innermost.add(complete)) {
                return;
            }
            depth--;
            if (innermost.isAttribute()) {
                return;
            }
            complete = innermost.finish();
            if (innermost.isPush()) {
                handler.onPush(complete);
                return;
            }
        }
        handler.onReply(complete);
    }

    private static void checkLineLength(byte type, int length) throws RespException {
        int limit = switch (type) {
            case '+', '-' -> MAX_LINE_LENGTH;
            case '(', ',' -> MAX_BIG_NUMBER_LENGTH;
            case '$', '=', '!', ':', '*', '~', '%', '>', '|', '_', '#' -> MAX_NUMBER_LENGTH;
            default -> throw unknownType(type);
        };
        if (length > limit) {
            throw new RespException("A line of type '" + (char) type + "' is longer than " + limit + " bytes");
        }
    }

    private static RespException unknownType(byte type) {
        return new RespException("No RESP type starts with byte " + (type & 0xff));
    }

    private static Response simpleString(ByteBuf in, int from, int to) {
        if (to - from == 2 && in.getShort(from) == ('O' << 8 | 'K')) {
            return SimpleStringType.OK;
        }
        return SimpleStringType.create(text(in, from, to));
    }

    private static Response bool(ByteBuf in, int from, int to) throws RespException {
        if (to - from == 1) {
            byte letter = in.getByte(from);
            if (letter == 't') {
                return BooleanType.TRUE;
            }
            if (letter == 'f') {
                return BooleanType.FALSE;
            }
        }
        throw new RespException("A boolean is neither t nor f");
    }

    private static String text(ByteBuf in, int from, int to) {
        return in.toString(from, to - from, StandardCharsets.UTF_8);
    }

    private static double parseDouble(String text) throws RespException {
        switch (text) {
            case "inf":
                return Double.POSITIVE_INFINITY;
            case "-inf":
                return Double.NEGATIVE_INFINITY;
            case "nan", "-nan":
                return Double.NaN;
            default:
                try {
                    return Double.parseDouble(text);
                } catch (NumberFormatException e) {
                    throw new RespException("Not a double");
                }
        }
    }

    private static BigInteger parseBigNumber(String text) throws RespException {
        try {
            return new BigInteger(text);
        } catch (NumberFormatException e) {
            throw new RespException("Not a big number");
        }
    }
}
