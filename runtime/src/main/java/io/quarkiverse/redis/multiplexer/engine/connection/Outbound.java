package io.quarkiverse.redis.multiplexer.engine.connection;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReader;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * The way of one connection's commands to its socket: small ones are gathered in batches, large ones are written in pieces,
 * as the socket takes them, so that neither needs a large buffer.
 * <p>
 * Invariants: commands go out whole and in the order in which they were {@linkplain #write written}. A command is put into the
 * in-flight queue when its first byte is certain to be followed by all others: everything that could fail for want of memory
 * has been done by then. One that fails before is {@linkplain #flush rejected}, and not a byte of it is sent; so is one whose
 * caller has been told that it has failed.
 * <p>
 * The states, of which all but the first have commands waiting in front of them:
 *
 * <pre>
 * GATHERING  commands are appended to the batch
 * PIECEWISE  a large command is being written; those behind it wait
 * ENDED      the connection is closed
 * </pre>
 *
 * Used on the event loop of the connection.
 */
final class Outbound {

    private enum State {
        GATHERING,
        PIECEWISE,
        ENDED
    }

    /** A batch is cut where it reaches this size, and a command that is larger is written in pieces of this size. */
    static final int MAX_BATCH_BYTES = 64 * 1024;

    /** So many pieces, then others on the same event loop get a turn. */
    private static final int MAX_PIECES_PER_TURN = 64;

    /** What happens to commands on their way. */
    interface Listener {

        /** The command is not sent. The connection is as it was before. */
        void onRejected(PendingCommand command, Throwable cause);

        /** A large command is out, and all that has waited behind it. */
        void onWritable();
    }

    private record Rejection(PendingCommand command, Throwable cause) {
    }

    private final ChannelHandlerContext channel;
    private final InFlight inFlight;
    private final Listener listener;
    private final IntConsumer onBytes;
    private final Consumer<Throwable> onBroken;
    private final CommandQueue waiting = new CommandQueue();
    private final Queue<Rejection> rejections = new ArrayDeque<>();
    private State state = State.GATHERING;
    /** Whether the socket is being written to, which may call others, who want to write. */
    private boolean writing;
    /** What has been written since the last flush, if that is anything. */
    private ByteBuf batch;
    /** How large the previous batch was: the next one will probably be like it. */
    private int previousBatchBytes = 256;
    /** What is left of the large command. */
    private CommandReader large;
    private ByteBuf piece;

    /**
     * @param onBytes told how many bytes are written, for metrics
     * @param onBroken closes the connection, whose peer would misunderstand whatever came next
     */
    Outbound(ChannelHandlerContext channel, InFlight inFlight, Listener listener, IntConsumer onBytes,
            Consumer<Throwable> onBroken) {
        this.channel = channel;
        this.onBytes = onBytes;
        this.inFlight = inFlight;
        this.listener = listener;
        this.onBroken = onBroken;
    }

    /** Whether more would be sent with the next flush. */
    boolean isGathering() {
        return state == State.GATHERING && !writing && waiting.isEmpty();
    }

    /** The commands that wait for a large one to be written. */
    CommandQueue waiting() {
        return waiting;
    }

    /** Appends a command to what {@link #flush} sends. */
    void write(PendingCommand command) {
        switch (state) {
            case GATHERING -> {
                if (isGathering()) {
                    begin(command);
                    proceed();
                } else {
                    await(command);
                }
            }
            case PIECEWISE -> await(command);
            case ENDED -> reject(command, new ClosedChannelException());
        }
    }

    private void begin(PendingCommand command) {
        try {
            if (command.isSettled()) {
                // Its caller has heard that it was not sent, and may have sent it again.
                reject(command, new CancellationException());
            } else if (command.encodedSize() > MAX_BATCH_BYTES) {
                beginPieces(command);
            } else {
                append(command);
            }
        } catch (Throwable e) {
            // Out of memory, above all. Others have more luck, or need less.
            reject(command, e);
        }
    }

    private void await(PendingCommand command) {
        try {
            waiting.addLast(command);
        } catch (Throwable e) {
            reject(command, e);
        }
    }

    private void reject(PendingCommand command, Throwable cause) {
        try {
            rejections.add(new Rejection(command, cause));
        } catch (Throwable e) {
            // Not even for that.
            listener.onRejected(command, cause);
        }
    }

    private void append(PendingCommand command) {
        int size = (int) command.encodedSize();
        ByteBuf out = batch;
        if (out == null) {
            out = channel.alloc().directBuffer(Math.max(previousBatchBytes, size));
            batch = out;
        }
        out.ensureWritable(size);
        inFlight.add(command);
        // From here on nothing allocates.
        for (int i = 0; i < command.parts(); i++) {
            out.writeBytes(command.part(i));
        }
        command.markSent();
        if (out.readableBytes() >= MAX_BATCH_BYTES) {
            sendBatch();
        }
    }

    private void beginPieces(PendingCommand command) {
        CommandReader reader = new CommandReader(command);
        ByteBuf buffer = channel.alloc().directBuffer(MAX_BATCH_BYTES, MAX_BATCH_BYTES);
        try {
            inFlight.add(command);
        } catch (Throwable e) {
            buffer.release();
            throw e;
        }
        command.markSent();
        state = State.PIECEWISE;
        large = reader;
        piece = buffer;
        sendBatch();
    }

    /**
     * Goes on with the large command, of which no piece is under way, and then with those that have waited, until the socket
     * takes no more. What can't go on for want of memory can't be taken back, either.
     */
    private void proceed() {
        try {
            for (int count = 0;;) {
                if (state == State.GATHERING && !writing && !waiting.isEmpty()) {
                    begin(waiting.pollFirst());
                } else if (state != State.PIECEWISE) {
                    return;
                } else if (!large.hasMore()) {
                    endPieces();
                } else if (count++ >= MAX_PIECES_PER_TURN) {
                    Guard.later(channel.executor(), this::continuePieces);
                    return;
                } else if (!sendPiece()) {
                    return;
                }
            }
        } catch (Throwable e) {
            onBroken.accept(e);
        }
    }

    /** @return whether the socket has taken it already */
    private boolean sendPiece() {
        large.readTo(piece.clear());
        onBytes.accept(piece.readableBytes());
        ChannelPromise written = channel.newPromise();
        writeAndFlush(piece.retain(), written);
        if (written.isSuccess()) {
            return true;
        }
        written.addListener(this::onPieceWritten);
        return false;
    }

    private void onPieceWritten(io.netty.util.concurrent.Future<? super Void> written) {
        if (written.isSuccess()) {
            continuePieces();
        } else {
            onBroken.accept(written.cause());
        }
    }

    private void continuePieces() {
        if (state == State.PIECEWISE) {
            proceed();
            flush();
            if (isGathering()) {
                listener.onWritable();
            }
        }
    }

    private void endPieces() {
        piece.release();
        piece = null;
        large = null;
        state = State.GATHERING;
    }

    /** Sends the batch in one write, then tells which commands are rejected. */
    void flush() {
        boolean full = !channel.channel().isWritable();
        while (batch != null && !writing) {
            sendBatch();
            if (state == State.GATHERING) {
                proceed();
            }
        }
        for (Rejection rejection; (rejection = rejections.poll()) != null;) {
            listener.onRejected(rejection.command, rejection.cause);
        }
        if (full && channel.channel().isWritable()) {
            // It has become so while it was written to, when nobody could be told.
            Guard.later(channel.executor(), listener::onWritable);
        }
    }

    private void sendBatch() {
        if (batch != null) {
            ByteBuf message = batch;
            batch = null;
            previousBatchBytes = Math.min(message.readableBytes(), MAX_BATCH_BYTES);
            onBytes.accept(message.readableBytes());
            writeAndFlush(message, channel.voidPromise());
        }
    }

    /** The socket may become writable within this, or end. What others write then waits, and keeps its place. */
    private void writeAndFlush(ByteBuf message, ChannelPromise promise) {
        writing = true;
        try {
            channel.writeAndFlush(message, promise);
        } finally {
            writing = false;
        }
    }

    /** Sends nothing more. @return the commands that have not been sent at all, in order; the caller's to take out */
    CommandQueue end() {
        state = State.ENDED;
        ReferenceCountUtil.release(batch);
        batch = null;
        ReferenceCountUtil.release(piece);
        piece = null;
        large = null;
        return waiting;
    }
}
