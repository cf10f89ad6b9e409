package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;

/**
 * Runs commands alone, if there is room for their bytes; those of what has its place are counted with what it is a part of.
 * Whatever goes wrong fails the command, which gives them back: nothing is thrown. May be used from any thread.
 */
final class LoneCommands {

    private final MultiplexerOptions options;
    private final PendingBytes bytes;
    private final Failures failures;

    /** @param bytes counts those of the whole client */
    LoneCommands(MultiplexerOptions options, PendingBytes bytes, Failures failures) {
        this.options = options;
        this.bytes = bytes;
        this.failures = failures;
    }

    /** @param way the first one that it goes, when that is known @see Topology#runAlone */
    void run(PendingCommand command, List<Request> requests, long accepted, TimeLimit limit,
            Supplier<Future<? extends LoneCommand.Way>> way) {
        admit(command, () -> way.get().onSuccess(known -> start(known, command, requests, accepted, limit))
                .onFailure(command::fail));
    }

    /** @param running has it run, or fails it */
    void admit(PendingCommand command, Runnable running) {
        if (!command.hasPlace()) {
            if (!bytes.reserve(command.bytes())) {
                command.fail(failures.tooManyBytes(command));
                return;
            }
            command.countIn(bytes);
        }
        try {
            running.run();
        } catch (Throwable e) {
            // There is no memory for it.
            command.fail(e);
        }
    }

    /** Runs what has been admitted, or a part of it. */
    void start(LoneCommand.Way way, PendingCommand command, List<Request> requests, long accepted, TimeLimit limit) {
        try {
            new LoneCommand(way, options, command, requests, accepted, limit).start();
        } catch (Throwable e) {
            command.fail(e);
        }
    }
}
