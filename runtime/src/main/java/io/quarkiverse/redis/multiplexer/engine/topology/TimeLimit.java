package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;

/**
 * The limit that may be set later to the time of a command that runs {@linkplain Topology#runAlone alone}, and so on a
 * connection that its caller does not know. May be used from any thread.
 */
public final class TimeLimit {

    private record Sent(LentConnection connection, PendingCommand command) {

        void limitTo(long deadline) {
            connection.limitTime(command, deadline);
        }
    }

    /** Empty until it is set. */
    private OptionalLong deadline = OptionalLong.empty();
    /** Where the command is, as it has been sent; empty until it is. */
    private Optional<Sent> sent = Optional.empty();
    private List<TimeLimit> parts = List.of();

    /** From now on the command must be complete by then, if it may take for ever. */
    public void set(long newDeadline) {
        Optional<Sent> limited;
        List<TimeLimit> limitedParts;
        synchronized (this) {
            deadline = OptionalLong.of(newDeadline);
            limited = sent;
            limitedParts = parts;
        }
        limited.ifPresent(command -> command.limitTo(newDeadline));
        limitedParts.forEach(part -> part.set(newDeadline));
    }

    /** The same limit, for a part of the command that has a connection of its own. */
    TimeLimit part() {
        TimeLimit part = new TimeLimit();
        OptionalLong known;
        synchronized (this) {
            parts = Stream.concat(parts.stream(), Stream.of(part)).toList();
            known = deadline;
        }
        known.ifPresent(part::set);
        return part;
    }

    /** The command has been submitted there, in this form. */
    void holdFor(LentConnection connection, PendingCommand command) {
        Sent now = new Sent(connection, command);
        OptionalLong known;
        synchronized (this) {
            sent = Optional.of(now);
            known = deadline;
        }
        known.ifPresent(now::limitTo);
    }
}
