package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.core.Future;

/**
 * The commands of a client that subscribe and unsubscribe, until they are answered: bounded in number and in bytes, as those on
 * a lane are. Thread-safe.
 */
final class SubscriptionCalls {

    private final int max;
    private final PendingBytes bytes;
    private final Failures failures;
    private final AtomicInteger unanswered = new AtomicInteger();

    /** @param bytes counts those of all commands of the client */
    SubscriptionCalls(MultiplexerOptions options, PendingBytes bytes, Failures failures) {
        this.max = options.getMaxPending();
        this.bytes = bytes;
        this.failures = failures.at("its subscription hub");
    }

    /** Completes the command with what comes of the call; fails it without the call if there is no room for it. */
    void pass(PendingCommand command, Supplier<Future<Void>> call) {
        boolean full = unanswered.incrementAndGet() > max;
        Future<Void> confirmed;
        try {
            confirmed = full ? Future.failedFuture(failures.backlogFull(command)) : begin(command, call);
        } catch (Throwable e) {
            // There is no memory for it, above all.
            refuse(command, e);
            return;
        }
        confirmed.onSuccess(done -> {
            unanswered.decrementAndGet();
            command.onReply(null);
        }).onFailure(cause -> refuse(command, cause));
    }

    private Future<Void> begin(PendingCommand command, Supplier<Future<Void>> call) {
        if (!bytes.reserve(command.bytes())) {
            return Future.failedFuture(failures.tooManyBytes(command));
        }
        command.countIn(bytes);
        return call.get();
    }

    private void refuse(PendingCommand command, Throwable cause) {
        unanswered.decrementAndGet();
        command.fail(cause);
    }
}
