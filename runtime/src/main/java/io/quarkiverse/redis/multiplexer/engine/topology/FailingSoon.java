package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Fails commands, in the name of the node that they were for, in a task of their own, when whoever gives them up has finished
 * changing its state, and counts them by the reason. Used on one event loop.
 */
final class FailingSoon {

    private final EventLoop loop;
    private final Failures failures;
    private final RoutingMetrics figures;
    private final Function<PendingCommand, Optional<Node>> nodes;

    /**
     * @param failures the words for what concerns no node
     * @param figures are told of all but the end
     * @param nodes finds the node that a command was for, if that is known
     */
    FailingSoon(EventLoop loop, Failures failures, RoutingMetrics figures,
            Function<PendingCommand, Optional<Node>> nodes) {
        this.loop = loop;
        this.failures = failures;
        this.figures = figures;
        this.nodes = nodes;
    }

    /** Sends each command on its own: if there is no memory for one, that one fails, and those behind it are sent. */
    Consumer<PendingCommand> each(Consumer<PendingCommand> sender) {
        return command -> {
            try {
                sender.accept(command);
            } catch (Throwable e) {
                figures.refused();
                command.failLater(loop, one -> failures.rejected(one, e));
            }
        };
    }

    /** Nobody knows where to send it, by {@code cause}, and it is not to wait for that. */
    void asUnavailable(PendingCommand command, Throwable cause) {
        figures.unavailable();
        with(command, cause);
    }

    /** It is sent to no node, and this is said in the place of one. */
    void asError(PendingCommand command, ErrorType error) {
        figures.failedByError();
        with(command, error);
    }

    /** The client is stopped. */
    void asStopped(PendingCommand command) {
        command.failLater(loop, one -> failures.stopped());
    }

    /** There is no room where it would have to wait. */
    void asRefused(PendingCommand command) {
        asRefused(command, command);
    }

    /** There is no room where this part of it would have to wait. */
    void asRefused(PendingCommand command, PendingCommand part) {
        figures.refused();
        command.failLater(loop, one -> words(part).backlogFull(one));
    }

    /** Its time is over. @param cause why it has not been sent, if that is known */
    void asOverdue(PendingCommand command, Optional<? extends Throwable> cause) {
        figures.timedOut();
        command.failLater(loop, one -> words(one).timedOut(one, cause.orElse(null)));
    }

    /** It cannot be sent again, because a later one on its keys has been executed. @param error that it was refused with */
    void asOvertaken(PendingCommand command, ErrorType error) {
        figures.failedByError();
        command.failLater(loop, one -> words(one).overtaken(one, error));
    }

    private void with(PendingCommand command, Throwable cause) {
        command.failLater(loop, one -> cause);
    }

    private Failures words(PendingCommand command) {
        return nodes.apply(command).map(Node::failures).orElse(failures);
    }
}
