package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A command that a caller waits for: one request, or a batch of them that must stay together. Completes exactly
 * once: by its last reply, or by a failure, whichever is first. A command that failed while it was in flight stays in the
 * queue, so that its late replies are matched with it and dropped.
 * <p>
 * It is encoded when it is made: what its caller does with the arguments afterwards changes nothing, and who has no memory
 * left for it learns that at once. Made on the caller's thread, then handed to an event loop, which alone uses it from then
 * on.
 */
public abstract class PendingCommand extends TimedCommand {

    /** About what a command takes in memory besides its bytes: objects, promise, place in a queue. */
    private static final int OVERHEAD_BYTES = 256;

    /** The order in which those of one lane were accepted that are pending at the same time: places begin again after 2^32. */
    static final Comparator<PendingCommand> IN_ORDER = (one, other) -> one.order - other.order;

    /** Its place among the commands of its lane, in the order in which they were accepted. Set when it is accepted. */
    public int order;
    /** Whether it must be alone on its connection until it is answered, see {@link Answering}. Set before it is written. */
    public boolean exclusive;
    private PendingBytes budget = PendingBytes.UNCOUNTED;
    /** Whether it has been handed to a socket, so that the server may have run it. */
    private boolean sent;
    private boolean repeated;
    private boolean settled;

    /** The number of its bytes on the wire. */
    public abstract long encodedSize();

    /** The number of arrays that its bytes are in. Each has whole requests. */
    public abstract int parts();

    /** @param index from 0 to less than {@link #parts()} */
    public abstract byte[] part(int index);

    /**
     * Whether the server that its slot is moving to must be told in front of a part: that holds for one request, or for a
     * transaction as a whole.
     *
     * @see AskingCommand
     */
    boolean needsAsking(int part) {
        return part == 0;
    }

    /** The number of its requests; as many replies come. */
    public abstract int size();

    /** Whether it is one request that has its answer with one reply, so that an error means that nothing of it was executed. */
    public boolean isSingle() {
        return false;
    }

    /** Whether sending all of it twice is as good as once. */
    abstract boolean isReadOnly();

    /** Whether a replica may answer it as well as the primary of its keys. */
    public boolean mayReadCopy() {
        return false;
    }

    /** Adds the keys that it reads and writes. */
    abstract void addKeysTo(TouchedKeys keys);

    /** Whether it reads or writes one of the keys, or may do so. */
    public abstract boolean mayTouch(ReadKeys keys);

    /**
     * The slot of its keys in a cluster. Computed whenever it is asked for, from the bytes, without allocating anything.
     *
     * @param commands what the server has told about commands that {@link CommandTable} does not know
     * @return {@link Slot#NONE}, {@link Slot#SEVERAL} or {@link Slot#UNKNOWN} where there is no such slot
     */
    public abstract int slot(ServerCommands commands);

    /** Whether it is for one server, and no other one, whatever becomes of that. */
    public boolean isOfNode() {
        return false;
    }

    /**
     * Whether it is sure that it has no keys that decide where it goes in a cluster. It may read or write any all the same, as
     * FLUSHALL does.
     */
    public boolean isWithoutKeys() {
        return false;
    }

    /**
     * A number that commands with the same name and the same first argument, which mostly is a key, have in common, and
     * others hardly ever. Never 0 for one that {@linkplain #isSingle is single}, and 0 for others.
     */
    public int fingerprint() {
        return 0;
    }

    /** What its caller waits for: itself, unless it has only been wrapped to be sent. */
    public PendingCommand core() {
        return this;
    }

    /** What has its bytes: itself, unless these are not for the connection that it has its place on. */
    public PendingCommand encoded() {
        return this;
    }

    /** The one request that it is, if it is one for a shared connection. */
    public Optional<SingleCommand> single() {
        return Optional.empty();
    }

    /**
     * Makes commands of their own of its requests, for servers that have some of its keys only, or each of which may be asked
     * again on its own; unless it has to stay as it is. Called on its caller's thread.
     */
    public void divide() {
        // Most are one request.
    }

    /** The same, and some run apart from the others. */
    void divide(BatchUnits.Apart apart) {
        // Likewise.
    }

    /**
     * What it has been {@linkplain #divide divided} into; empty if it stays as it is. From when they are submitted on, it is
     * complete when they are, and nobody else's to complete.
     */
    public List<PendingCommand> units() {
        return List.of();
    }

    /** The error that tells why the server executes nothing of it. @param error the last one */
    public ErrorType decisive(ErrorType error) {
        return error;
    }

    /** Whether it ends a script that runs for too long: the server executes it in spite of that. */
    public boolean endsScript() {
        return false;
    }

    /** Whether it only keeps its place on a connection, and is {@linkplain #beginElsewhere begun} when its turn has come. */
    public boolean runsElsewhere() {
        return false;
    }

    /** Called at most once. @param onComplete called on any thread, before the caller hears of its end */
    public void beginElsewhere(Runnable onComplete) {
        throw new IllegalStateException(name() + " has no other connection");
    }

    /**
     * Whether it has left a transaction open or keys watched, although it was to end that: the server refused EXEC, as it does
     * to users who may not use it. The connection is of no use to others then.
     */
    public boolean leftTrace() {
        return false;
    }

    /** Its keys, if it is a single read, and reads nothing but those. */
    Optional<ReadKeys> readKeys() {
        return Optional.empty();
    }

    /** Whether it is a question of the client's own to the connection that it is sent on, and no caller waits for it. */
    public abstract boolean isOwnQuestion();

    /** The name of its last request. */
    public String lastRequest() {
        return name();
    }

    /** Whether a request of it has this name, in whatever case. */
    public boolean hasRequest(String requestName) {
        return name().equalsIgnoreCase(requestName);
    }

    /** Whether it is complete with the next reply. */
    public abstract boolean nextReplyIsLast();

    /** The effect of the request that is answered next on the state of its connection. */
    public abstract StateEffect nextEffect();

    /** Whether the request that is answered next executes a transaction, whose commands are all answered in its reply. */
    public boolean nextExecutes() {
        return nextEffect() == StateEffect.EXEC;
    }

    /** Whether the request that is answered next runs a script. */
    boolean nextRunsScript() {
        return false;
    }

    /**
     * Whether an error that is its next reply may be a script's own, though it begins like one that tells about the server. The
     * script may have been executed then.
     */
    public final boolean isErrorOfScript(ErrorType error) {
        return nextRunsScript() && ServerError.isCodeOnly(error);
    }

    /** Takes the next reply. */
    public abstract void onReply(Response reply);

    /** Takes the failure that comes in place of the next reply. */
    public abstract void onDroppedReply(Throwable failure);

    /** Completes the caller's future. Called at most once, by {@link #fail}; throws nothing. */
    protected abstract void onFailure(Throwable cause);

    /** Forgets replies that came so far: all of it is sent again. */
    void forgetReplies() {
    }

    /** The memory that it takes until it is complete, about. */
    public final long bytes() {
        return bytes(encodedSize());
    }

    /** The same of a command that has so many bytes on the wire. */
    static long bytes(long encodedSize) {
        return encodedSize + OVERHEAD_BYTES;
    }

    /** From now on its bytes are given back to {@code newBudget} when it is complete. They have been taken from there. */
    public final void countIn(PendingBytes newBudget) {
        budget = newBudget;
    }

    /**
     * Makes it ready to be sent on another connection, after the one that it was sent on was lost. That is safe, and done,
     * once only, for what reads only.
     *
     * @return whether it may be sent again
     */
    public final boolean repeat() {
        if (!isRepeatable()) {
            return false;
        }
        repeated = true;
        sent = false;
        returnsToBacklog();
        forgetReplies();
        return true;
    }

    /** Whether {@link #repeat} would be safe, as far as the command alone can tell. */
    public final boolean isRepeatable() {
        return !settled && !repeated && isReadOnly() && !isOwnQuestion();
    }

    /** The server has refused it, and executed nothing of it: it may be sent again. @param lastReply its last words */
    public final void takeBack(ErrorType lastReply) {
        sent = false;
        returnsToBacklog();
        onRefused(lastReply);
        forgetReplies();
    }

    /**
     * Has the next reply looked at before the caller gets it; but only of a single read.
     *
     * @param check {@code false} if the reply is to be dropped: then the command is its own, to be sent again
     */
    public void checkReply(Predicate<PendingCommand> check) {
        // Others are answered as they are.
    }

    /** It has been answered, and is to be sent again all the same. */
    final void takeBackAnswered() {
        sent = false;
        returnsToBacklog();
    }

    /** Takes the last reply to what is sent again. It tells what is left behind on the connection. */
    void onRefused(ErrorType lastReply) {
    }

    /** Whether a caller waits for it, whose time is not over. */
    public final boolean isAwaited(long now) {
        return !settled && !isOwnQuestion() && !isOverdue(now);
    }

    public final void markSent() {
        sent = true;
    }

    public final boolean wasSent() {
        return sent;
    }

    public final boolean isSettled() {
        return settled;
    }

    /** @return whether the caller has not got its answer yet; it gets it now */
    protected final boolean settle() {
        if (settled) {
            return false;
        }
        settled = true;
        budget.release(bytes());
        return true;
    }

    /** Fails it, unless it is complete already. Throws nothing, whatever its caller does. */
    public final void fail(Throwable cause) {
        if (settle()) {
            try {
                onFailure(cause);
            } catch (Throwable e) {
                Guard.report("the end of a command", e);
            }
        }
    }

    /** Fails it by what {@code words} makes; without memory for that, by what is thrown then. Throws nothing. */
    public final void failBy(Function<PendingCommand, Throwable> words) {
        Throwable cause;
        try {
            cause = words.apply(this);
        } catch (Throwable e) {
            cause = e;
        }
        fail(cause);
    }

    /** The same in a task of its own on {@code loop}, or at once if there can't be one. */
    public final void failLater(EventExecutor loop, Function<PendingCommand, Throwable> words) {
        try {
            Guard.later(loop, () -> failBy(words));
        } catch (Throwable e) {
            failBy(words);
        }
    }
}
