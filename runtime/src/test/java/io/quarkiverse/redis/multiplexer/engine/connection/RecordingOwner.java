package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** An owner of a connection that remembers what it is told of it. */
class RecordingOwner implements ConnectionOwner, TrafficListener {

    final List<String> events = new ArrayList<>();
    boolean takes;
    boolean closesAtMessage;
    /** Thrown when it is told of an error, or of a reply that is dropped. */
    Optional<Error> thrown = Optional.empty();

    private static String name(PendingCommand command) {
        return command.name().toUpperCase(Locale.ROOT);
    }

    @Override
    public TrafficListener traffic() {
        return this;
    }

    @Override
    public void onHandedOver(NodeConnection connection) {
        events.add("handed over");
    }

    @Override
    public void onRead() {
        events.add("read");
    }

    @Override
    public void onClosed(NodeConnection connection, CommandQueue inFlight, Throwable reason) {
        List<String> names = new ArrayList<>();
        inFlight.forEach(command -> names.add(name(command)));
        events.add("closed with " + names + " by " + reason.getMessage());
    }

    @Override
    public void onMessage(NodeConnection connection, Response message) {
        events.add("message " + message);
        if (closesAtMessage) {
            connection.close(new IllegalStateException("closed within"));
        }
    }

    @Override
    public void onMissedMessage(Throwable reason) {
        events.add("missed message");
    }

    @Override
    public void onDroppedMessage(NodeConnection connection) {
        events.add("dropped message");
    }

    @Override
    public boolean takesBack(NodeConnection connection, PendingCommand command, ErrorType error) {
        events.add("refused " + error.getMessage());
        throwIt();
        return takes;
    }

    @Override
    public void onAnswer(PendingCommand command, Response reply) {
        events.add("answer " + name(command));
    }

    @Override
    public void onDroppedAnswer(PendingCommand command) {
        events.add("dropped answer " + name(command));
        throwIt();
    }

    private void throwIt() {
        thrown.ifPresent(error -> {
            throw error;
        });
    }

    @Override
    public void onReadComplete(NodeConnection connection) {
        events.add("read complete");
    }

    @Override
    public void onWritable() {
        events.add("writable");
    }
}
