package io.quarkiverse.redis.multiplexer.engine.resp;

import io.netty.buffer.ByteBuf;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.PushType;

/**
 * Turns what the peer sends into Vert.x {@link Response}s: every type of RESP2 and RESP3
 * (<a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">Redis serialization protocol</a>), in any
 * cut into chunks.
 * <p>
 * The peer is not trusted. Depth, counts and lengths are checked before anything is allocated, and memory grows with
 * what has arrived, never with what was announced. What happens to that which is not delivered:
 * <ul>
 * <li>A reply that is RESP, and is more than we {@linkplain ReplyLimits hold}, has a value that makes no sense, or finds no
 * memory, is skipped in its place. The replies before and after it are not touched by it.
 * <li>Anything that does not tell where the next reply starts ends in a {@link RespException}, after which the decoder is
 * closed. So does a push inside of a reply, which may be meant as an element of it or not.
 * </ul>
 * Not thread-safe: used on the event loop of its connection.
 */
public final class RespDecoder {

    /** What a decoder delivers, in the order of arrival, on the thread that decodes. */
    public interface Handler {

        /** @param reply {@code null} for the null reply; an {@link ErrorType} for an error */
        void onReply(Response reply);

        /** A RESP3 push: out of band, the reply to nothing. */
        void onPush(Response push);

        /**
         * A reply has come in this place, and has been skipped.
         *
         * @param reason a {@link SkippedReplyException}, or that there was no memory
         */
        void onSkippedReply(Throwable reason);

        /** A push has been skipped, for the same reasons. */
        void onSkippedPush(Throwable reason);
    }

    /** Where a value that has been read to its end began: it can't be read again. */
    private static final int READ = -1;

    private final Handler handler;
    private final ReplyLimits limits;
    private final OpenAggregates open;
    private final PartialLine line = new PartialLine();
    private final PartialBulk bulk = new PartialBulk();
    private final Skip skip = new Skip(line, bulk);
    /** Whether there is anything to go on with: a line, a bulk string or a skip. Otherwise the next value begins. */
    private boolean inValue;
    private boolean closed;

    /** @param maxDepth how deep aggregates may nest */
    public RespDecoder(int maxDepth, Handler handler) {
        this(ReplyLimits.ofThisJvm(maxDepth), handler);
    }

    RespDecoder(ReplyLimits limits, Handler handler) {
        this.limits = limits;
        this.open = new OpenAggregates(limits);
        this.handler = handler;
    }

    /**
     * Reads all of {@code chunk}, which stays the caller's to release, and delivers the replies that it completes.
     *
     * @throws RespException if this is not RESP; the replies before the fault have been delivered
     */
    public void decode(ByteBuf chunk) throws RespException {
        boolean sound = false;
        try {
            while (!closed && chunk.isReadable()) {
                if (inValue) {
                    goOn(chunk);
                } else {
                    read(chunk);
                }
            }
            sound = true;
        } finally {
            if (!sound) {
                close();
            }
        }
    }

    /** Whether a part of a reply has been read, and not all of it. */
    public boolean isInReply() {
        if (skip.isActive() && open.isEmpty()) {
            return skip.isReply();
        }
        return open.isEmpty() ? bulk.isBegun() : !open.isPush();
    }

    /** Delivers nothing more, not even what is left of the chunk that is being decoded, and releases its memory. */
    public void close() {
        closed = true;
        open.abandon();
        bulk.end();
        skip.end();
        line.forget();
    }

    /** Reads a value, or as much of it as there is, and delivers the reply or push that it completes. */
    private void read(ByteBuf in) throws RespException {
        int start = in.readerIndex();
        Response complete;
        try {
            complete = next(in);
        } catch (SkippedReplyException | OutOfMemoryError e) {
            skip(in, start, e);
            return;
        }
        deliver(complete);
    }

    private void deliver(Response complete) {
        if (complete == OpenAggregates.INCOMPLETE) {
            return;
        }
        if (complete instanceof PushType) {
            handler.onPush(complete);
        } else {
            handler.onReply(complete);
        }
    }

    private void goOn(ByteBuf chunk) throws RespException {
        if (line.isBegun()) {
            continueLine(chunk);
        } else if (skip.isActive()) {
            skip.dropFrom(chunk);
        } else {
            continueBulk(chunk);
        }
        endSkipIfDone();
        inValue = line.isBegun() || bulk.isBegun() || skip.isActive();
    }

    private void continueLine(ByteBuf chunk) throws RespException {
        try {
            if (!line.continueFrom(chunk)) {
                return;
            }
        } catch (SkippedReplyException | OutOfMemoryError e) {
            skip(line.bytes(), 0, e);
        }
        if (!skip.isActive()) {
            read(line.bytes());
        }
        // It may be that line which is to be skipped.
        if (skip.isActive()) {
            skip.dropFrom(line.bytes());
        }
        line.forget();
    }

    private void continueBulk(ByteBuf chunk) throws RespException {
        Response complete;
        try {
            if (!bulk.readFrom(chunk)) {
                return;
            }
            byte type = bulk.type();
            complete = open.add(Scalars.bulk(type, bulk.end()));
        } catch (SkippedReplyException | OutOfMemoryError e) {
            skip(chunk, READ, e);
            return;
        }
        deliver(complete);
    }

    /**
     * Drops what has been built of the reply, or push, and makes the rest of it be skipped, starting with the value that is
     * being read: from its own start if that is still there.
     */
    private void skip(ByteBuf in, int start, Throwable reason) {
        boolean startsPush = open.isEmpty() && start != READ && in.getByte(start) == '>';
        boolean push = startsPush || !open.isEmpty() && open.isPush();
        boolean valueFollows = start != READ || bulk.isBegun();
        skip.begin(push ? Skip.Target.PUSH : Skip.Target.REPLY, open.abandon() + (valueFollows ? 1 : 0), reason);
        if (startsPush) {
            skip.expectHeaderOfPush();
        }
        if (start != READ) {
            in.readerIndex(start);
        } else if (bulk.isBegun()) {
            bulk.drop();
        }
        inValue = true;
    }

    private void endSkipIfDone() {
        if (skip.isDone()) {
            Throwable reason = skip.reason();
            switch (skip.end()) {
                case REPLY -> handler.onSkippedReply(reason);
                case PUSH -> handler.onSkippedPush(reason);
                default -> {
                    // Nobody misses an attribute.
                }
            }
        }
    }

    /** @return the reply or push that is complete now, or {@link OpenAggregates#INCOMPLETE} */
    private Response next(ByteBuf in) throws RespException, SkippedReplyException {
        int start = in.readerIndex();
        int end = in.writerIndex();
        byte type = in.getByte(start);
        int from = start + 1;
        int to = Ascii.findCarriageReturn(in, from, end);
        if (to < 0 || to + 1 == end) {
            line.begin(type, in);
            inValue = true;
            return OpenAggregates.INCOMPLETE;
        }
        Lines.checkLength(type, to - from);
        if (in.getByte(to + 1) != '\n') {
            throw Lines.unfinished();
        }
        in.readerIndex(to + 2);
        if (!open.isEmpty()) {
            open.account(ReplyLimits.VALUE_BYTES + to - from);
        }
        return switch (type) {
            case '$', '=', '!' -> beginBulk(type, Lines.announced(in, from, to), in);
            case '+' -> open.add(Scalars.simpleString(in, from, to));
            case ':' -> open.add(Scalars.integer(in, from, to));
            case '-' -> open.add(Scalars.error(in, from, to));
            case '*', '~', '%', '>', '|' -> beginAggregate(type, Lines.announced(in, from, to));
            case '_' -> open.add(null);
            case '#' -> open.add(Scalars.bool(in, from, to));
            case ',' -> open.add(Scalars.floatingPoint(in, from, to));
            case '(' -> open.add(Scalars.bigNumber(in, from, to));
            default -> throw Lines.unknownType(type);
        };
    }

    private Response beginBulk(byte type, long length, ByteBuf in) throws RespException, SkippedReplyException {
        if (length < 0) {
            return open.add(null);
        }
        int size = limits.checkBulk(length);
        if (!open.isEmpty()) {
            open.account(size);
        }
        if (type == '$' && in.readableBytes() >= size + 2) {
            byte[] bytes = new byte[size];
            in.readBytes(bytes);
            if (in.readShort() != ('\r' << 8 | '\n')) {
                throw new RespException("A bulk string is longer than it announced");
            }
            return open.add(size == 0 ? BulkString.EMPTY : new BulkString(bytes, null));
        }
        bulk.begin(type, size);
        inValue = true;
        return OpenAggregates.INCOMPLETE;
    }

    private Response beginAggregate(byte type, long announced) throws RespException, SkippedReplyException {
        if (type == '>' && !open.isEmpty()) {
            throw Lines.pushInside();
        }
        if (announced <= 0) {
            return switch (type) {
                // An attribute that says nothing, or a push.
                case '|', '>' -> OpenAggregates.INCOMPLETE;
                case '%' -> open.add(announced < 0 ? null : MultiType.EMPTY_MAP);
                default -> open.add(announced < 0 ? null : MultiType.EMPTY_MULTI);
            };
        }
        if (type == '|') {
            skip.begin(Skip.Target.ATTRIBUTE, Lines.elements(type, announced));
            inValue = true;
        } else {
            open.begin(type, limits.checkElements(Lines.elements(type, announced)));
        }
        return OpenAggregates.INCOMPLETE;
    }
}
