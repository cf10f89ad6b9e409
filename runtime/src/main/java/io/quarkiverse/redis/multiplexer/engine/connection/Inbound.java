package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.function.IntConsumer;

import org.jboss.logging.Logger;

import io.netty.buffer.ByteBuf;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.resp.RespDecoder;
import io.quarkiverse.redis.multiplexer.engine.resp.RespException;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The reading side of one connection: decodes what comes, and hands it out. A reply belongs to the oldest command in flight,
 * and is a message if there is none; a push
 * is a message.
 * <p>
 * Used on the event loop of the connection.
 */
final class Inbound implements RespDecoder.Handler {

    private static final Logger LOG = Logger.getLogger(NodeConnection.class);

    private final NodeConnection connection;
    private final InFlight inFlight;
    private final Failures failures;
    private final IntConsumer onBytes;
    private final RespDecoder decoder;
    private final ReplyTransfer transfer = new ReplyTransfer();
    private TrafficListener traffic;
    private long lastRead;
    /** The name of the request that was answered last. */
    private String lastAnswered = "";
    private long answered;
    private long messages;

    /**
     * @param connection is told when a command is complete
     * @param onBytes told how many bytes are read, for metrics
     * @param now on the clock of {@link System#nanoTime()}
     */
    Inbound(NodeConnection connection, TrafficListener traffic, InFlight inFlight, int maxNesting, Failures failures,
            IntConsumer onBytes, long now) {
        this.connection = connection;
        this.traffic = traffic;
        this.inFlight = inFlight;
        this.failures = failures;
        this.onBytes = onBytes;
        this.decoder = new RespDecoder(maxNesting, this);
        this.lastRead = now;
    }

    /** From now on, {@code listener} is told. */
    void handOver(TrafficListener listener) {
        traffic = listener;
    }

    /** Hands out what {@code chunk} makes complete. The chunk stays the caller's. */
    void read(ByteBuf chunk) throws RespException {
        lastRead = System.nanoTime();
        transfer.read(chunk.readableBytes(), lastRead, decoder.isInReply());
        onBytes.accept(chunk.readableBytes());
        decoder.decode(chunk);
    }

    /** Hands out nothing more, and releases what has come of the next reply. */
    void end() {
        decoder.close();
    }

    /** When something was last read, on the clock of {@link System#nanoTime()}; at first, when the socket was opened. */
    long lastRead() {
        return lastRead;
    }

    boolean isReplyBegun() {
        return decoder.isInReply();
    }

    /** Whether the command that was answered last had this name, in whatever case. */
    boolean hasAnsweredLast(String name) {
        return name.equalsIgnoreCase(lastAnswered);
    }

    /** How many commands have been answered so far. */
    long answered() {
        return answered;
    }

    /** How many messages there were so far; those that had to be dropped, too. */
    long messages() {
        return messages;
    }

    @Override
    public void onReply(Response reply) {
        PendingCommand command = inFlight.oldest();
        if (command == null) {
            onMessage(reply);
            return;
        }
        boolean last = removeIfLast(command);
        long bytes = transfer.bytes();
        long nanos = transfer.nanos();
        transfer.next();
        try {
            deliver(command, reply);
        } catch (Throwable e) {
            onUndelivered(command, last, e);
        }
        afterReply(command, last, bytes, nanos);
    }

    private void deliver(PendingCommand command, Response reply) {
        traffic.onAnswer(command, reply);
        if (!(reply instanceof ErrorType error && isTakenBack(command, error))) {
            command.onReply(reply);
        }
    }

    /** What a script answers is its caller's, however it begins: the script has been executed. */
    private boolean isTakenBack(PendingCommand command, ErrorType error) {
        if (!command.exclusive && !command.isErrorOfScript(error) && traffic.takesBack(connection, command, error)) {
            return true;
        }
        traffic.onError();
        return false;
    }

    @Override
    public void onSkippedReply(Throwable reason) {
        PendingCommand command = inFlight.oldest();
        if (command == null) {
            onSkippedPush(reason);
            traffic.onDroppedMessage(connection);
            return;
        }
        // Made first: if there is no memory even for that, the command ends with the connection.
        Throwable failure = failures.replyDropped(command, reason);
        boolean last = removeIfLast(command);
        long bytes = transfer.bytes();
        long nanos = transfer.nanos();
        transfer.next();
        try {
            traffic.onDroppedAnswer(command);
            command.onDroppedReply(failure);
        } catch (Throwable e) {
            onUndelivered(command, last, e);
        }
        afterReply(command, last, bytes, nanos);
    }

    /**
     * There is no memory to deal with a reply, or with an error. The command is in flight no more, or won't get all of its
     * replies: it ends here. The others go on, if all of it has been answered.
     */
    private void onUndelivered(PendingCommand command, boolean last, Throwable thrown) {
        command.failBy(one -> failures.replyDropped(one, thrown));
        Guard.report("the answer to a command", thrown);
        connection.onUndelivered(thrown, last);
    }

    /** @return whether the command is complete with the next reply */
    private boolean removeIfLast(PendingCommand command) {
        boolean last = command.nextReplyIsLast();
        if (last) {
            // Before its caller hears of it, who may well look at, or use, this connection.
            inFlight.removeOldest(lastRead);
            lastAnswered = command.lastRequest();
            answered++;
        }
        return last;
    }

    /** @param bytes what the reply was, about, and {@code nanos}, how long it has been coming */
    private void afterReply(PendingCommand command, boolean last, long bytes, long nanos) {
        if (bytes >= ReplyTransfer.LARGE_BYTES && command.isSingle()) {
            tellLarge(command, bytes, nanos);
        }
        if (last) {
            connection.onAnswered(command);
        }
    }

    private void tellLarge(PendingCommand command, long bytes, long nanos) {
        try {
            traffic.onLargeReply(command, bytes, nanos);
        } catch (Throwable e) {
            Guard.report("a note of a large reply", e);
        }
    }

    @Override
    public void onPush(Response push) {
        onMessage(push);
    }

    private void onMessage(Response message) {
        messages++;
        traffic.onMessage(connection, message);
    }

    @Override
    public void onSkippedPush(Throwable reason) {
        LOG.debugf(reason, "Dropped a message");
        messages++;
        traffic.onMissedMessage(reason);
    }
}
