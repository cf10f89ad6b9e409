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
        if (unanswered.incrementAndGet() > max) {
            refuse(command, failures.backlogFull(command));
        } else if (!bytes.reserve(command.bytes())) {
            refuse(command, failures.tooManyBytes(command));
        } else {
            command.countIn(bytes);
            begin(command, call);
        }
    }

    private void begin(PendingCommand command, Supplier<Future<Void>> call) {
        Future<Void> confirmed;
        try {
            confirmed = call.get();
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

    private void refuse(PendingCommand command, Throwable cause) {
        unanswered.decrementAndGet();
        command.fail(cause);
    }
}
