package io.quarkiverse.redis.multiplexer.engine.resp;

import io.netty.buffer.ByteBuf;

/**
 * What is to be dropped. However deep that nests, a count is enough: each value takes one off, and each aggregate adds its
 * elements. So it takes no memory, and can't run out of it.
 */
final class Skip {

    /** Of what. */
    enum Target {
        NOTHING,
        /** Attributes are about the reply that follows them; no Vert.x response carries them. */
        ATTRIBUTE,
        REPLY,
        PUSH
    }

    /** A line that has not ended by then is none: twice the longest string that servers take by default. */
    static final long MAX_LINE_LENGTH = 1L << 30;

    private final PartialLine line;
    private final PartialBulk bulk;
    private Target target = Target.NOTHING;
    private Throwable reason;
    private long values;
    private boolean headerOfPush;
    private boolean inLine;
    private boolean behindCarriageReturn;
    private long lineLength;

    /** Shares with the decoder what it keeps of a value that is cut. */
    Skip(PartialLine line, PartialBulk bulk) {
        this.line = line;
        this.bulk = bulk;
    }

    /** @param newValues how many there are, elements of aggregates not counted */
    void begin(Target newTarget, long newValues) {
        target = newTarget;
        values = newValues;
    }

    /** @param newReason why it is dropped */
    void begin(Target newTarget, long newValues, Throwable newReason) {
        begin(newTarget, newValues);
        reason = newReason;
    }

    /** The next value is the push that is to be dropped. Any other push would be within a reply, or another push. */
    void expectHeaderOfPush() {
        headerOfPush = true;
    }

    boolean isActive() {
        return target != Target.NOTHING;
    }

    boolean isReply() {
        return target == Target.REPLY;
    }

    boolean isDone() {
        return isActive() && values == 0;
    }

    /** Why it is dropped; {@code null} for an attribute, which nobody misses. */
    Throwable reason() {
        return reason;
    }

    /** Forgets what was to be dropped. @return what that was */
    Target end() {
        Target ended = target;
        target = Target.NOTHING;
        reason = null;
        inLine = false;
        headerOfPush = false;
        return ended;
    }

    /** Drops what is there of it. */
    void dropFrom(ByteBuf in) throws RespException {
        while (values > 0 && in.isReadable()) {
            if (inLine) {
                dropLine(in);
            } else if (bulk.isBegun()) {
                dropBulk(in);
            } else {
                dropNext(in);
            }
        }
    }

    private void dropBulk(ByteBuf in) throws RespException {
        if (bulk.readFrom(in)) {
            bulk.end();
            values--;
        }
    }

    private void dropNext(ByteBuf in) throws RespException {
        byte type = in.getByte(in.readerIndex());
        if (Lines.isScalar(type)) {
            inLine = true;
            behindCarriageReturn = false;
            lineLength = 0;
            return;
        }
        int from = in.readerIndex() + 1;
        int end = in.writerIndex();
        int to = Ascii.findCarriageReturn(in, from, end);
        if (to < 0 || to + 1 == end) {
            line.beginAnnouncement(type, in);
            return;
        }
        Lines.checkAnnouncement(type, to - from);
        if (in.getByte(to + 1) != '\n') {
            throw Lines.unfinished();
        }
        dropHeader(type, Lines.announced(in, from, to));
        in.readerIndex(to + 2);
    }

    private void dropHeader(byte type, long announced) throws RespException {
        if (Lines.isBulk(type) && announced >= 0) {
            bulk.beginDropping(announced);
            return;
        }
        if (type == '>' && !headerOfPush) {
            throw Lines.pushInside();
        }
        headerOfPush = false;
        // An attribute is no element.
        values += Math.max(0, Lines.elements(type, announced)) - (type == '|' ? 0 : 1);
        if (values < 0) {
            throw new RespException("A reply announces more elements than can be counted");
        }
    }

    private void dropLine(ByteBuf in) throws RespException {
        if (!behindCarriageReturn) {
            int from = in.readerIndex();
            int carriageReturn = Ascii.findCarriageReturn(in, from, in.writerIndex());
            behindCarriageReturn = carriageReturn >= 0;
            in.readerIndex(behindCarriageReturn ? carriageReturn + 1 : in.writerIndex());
            lineLength += in.readerIndex() - from;
            if (lineLength > MAX_LINE_LENGTH) {
                throw new RespException("A line does not end within " + MAX_LINE_LENGTH + " bytes");
            }
        }
        if (behindCarriageReturn && in.isReadable()) {
            if (in.readByte() != '\n') {
                throw Lines.unfinished();
            }
            inLine = false;
            values--;
        }
    }
}
