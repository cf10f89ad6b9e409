package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;

/** A dedicated connection that writes down what it is asked for; its commands are answered by hand. */
final class HandConnection implements LentConnection {

    final List<String> asked = new ArrayList<>();
    final List<PendingCommand> commands = new ArrayList<>();
    boolean clean = true;
    /** Thrown instead of taking a command. */
    Optional<Error> noMemory = Optional.empty();

    @Override
    public void submit(PendingCommand command, CommandTraits traits, Patience patience) {
        noMemory.ifPresent(error -> {
            throw error;
        });
        asked.add(command.name());
        commands.add(command);
    }

    @Override
    public void partFailed(Throwable cause) {
        asked.add("failed: " + cause.getMessage());
    }

    @Override
    public void discard(Throwable cause) {
        asked.add("discard: " + cause.getMessage());
    }

    @Override
    public void limitTime(PendingCommand command, long deadline) {
        asked.add("limit " + command.name());
    }

    @Override
    public boolean isClean() {
        return clean;
    }

    @Override
    public void releaseWhenDone() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void release() {
        asked.add("release");
    }
}
