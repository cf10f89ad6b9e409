package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.AskingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/** The way to the node of a cluster that has a slot, wherever that goes. Each redirect is followed by a way of its own. */
final class ClusterWay implements LoneCommand.Way {

    private final Routes.Knowledge knowledge;
    private final Context caller;
    private final int slot;
    /** The node to be asked, instead of the one that has the slot. */
    private final Optional<SocketAddress> asked;
    private final int rounds;
    private final long pauseNanos;
    private final Throwable stopped;
    /** The node whose connection is lent; empty until it is known. */
    private volatile Optional<SocketAddress> from = Optional.empty();

    /** @param slot of the command, or any */
    ClusterWay(Routes.Knowledge knowledge, Context caller, int slot, Throwable stopped) {
        this(knowledge, caller, slot, Optional.empty(), 0, 0, stopped);
    }

    private ClusterWay(Routes.Knowledge knowledge, Context caller, int slot, Optional<SocketAddress> asked, int rounds,
            long pauseNanos, Throwable stopped) {
        this.knowledge = knowledge;
        this.caller = caller;
        this.slot = slot;
        this.asked = asked;
        this.rounds = rounds;
        this.pauseNanos = pauseNanos;
        this.stopped = stopped;
    }

    @Override
    public Future<LentConnection> lend(List<Request> requests, Borrower borrower) {
        return pause().compose(known -> {
            Optional<Node> node = asked.isPresent() ? knowledge.node(asked.get()) : knowledge.owner(slot);
            from = node.map(Node::address);
            return node.map(one -> one.lend(caller, borrower)).orElseGet(() -> VertxAccess.failed(caller, stopped));
        });
    }

    private Future<Void> pause() {
        if (pauseNanos == 0) {
            return Future.succeededFuture();
        }
        EventLoop loop = VertxAccess.eventLoop(caller);
        Promise<Void> over = Promise.promise();
        try {
            loop.schedule(() -> over.complete(), pauseNanos, TimeUnit.NANOSECONDS);
        } catch (RuntimeException e) {
            // The event loop is gone.
            over.fail(stopped);
        }
        return over.future();
    }

    @Override
    public PendingCommand wrapped(PendingCommand command) {
        return asked.isPresent() ? new AskingCommand(command) : command;
    }

    @Override
    public Optional<LoneCommand.Way> after(ErrorType error) {
        if (ServerError.of(error) == ServerError.UNBLOCKED_AS_REPLICA) {
            knowledge.suspect(Suspicion.READONLY);
            return Optional.of(next(Optional.empty(), true));
        }
        return from.flatMap(node -> knowledge.verdict(error, node)).map(verdict -> {
            verdict.suspicion().ifPresent(knowledge::suspect);
            if (verdict.kind() == Verdict.Kind.FOLLOW) {
                int moved = verdict.slot().orElse(slot);
                verdict.target().ifPresent(target -> knowledge.moved(moved, target));
            } else if (verdict.kind() == Verdict.Kind.REDIAL) {
                from.flatMap(knowledge::node).ifPresent(node -> node.onDemoted(error));
            }
            return next(verdict.kind() == Verdict.Kind.ASK ? verdict.target() : Optional.empty(), verdict.needsTime());
        });
    }

    private ClusterWay next(Optional<SocketAddress> nowAsked, boolean needsTime) {
        long pause = needsTime ? RedirectPause.waiting(rounds) : RedirectPause.following(rounds);
        return new ClusterWay(knowledge, caller, slot, nowAsked, rounds + 1, pause, stopped);
    }
}
