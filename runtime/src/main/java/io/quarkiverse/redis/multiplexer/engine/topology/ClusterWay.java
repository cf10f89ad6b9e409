package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.AskingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The way to the node of a cluster that has a slot, wherever that goes. Each redirect is followed by a way of its own. A node
 * that cannot be reached is tried again, or whoever has taken its place by then, unless callers do not want to wait, or ask
 * about what was written there.
 */
final class ClusterWay implements LoneCommand.Way {

    private final Routes.Knowledge knowledge;
    private final Context caller;
    private final int slot;
    private final UnavailablePolicy unavailable;
    private final int rounds;
    private final long pauseNanos;
    private final Throwable stopped;
    /** The node to be asked, instead of the one that has the slot, as long as it can be reached. */
    private volatile Optional<SocketAddress> asked;
    /** The node whose connection is lent; empty until it is known. */
    private volatile Optional<SocketAddress> from = Optional.empty();

    /** @param slot of the command, or any */
    ClusterWay(Routes.Knowledge knowledge, Context caller, int slot, UnavailablePolicy unavailable, Throwable stopped) {
        this(knowledge, caller, slot, unavailable, Optional.empty(), 0, 0, stopped);
    }

    private ClusterWay(Routes.Knowledge knowledge, Context caller, int slot, UnavailablePolicy unavailable,
            Optional<SocketAddress> asked, int rounds, long pauseNanos, Throwable stopped) {
        this.knowledge = knowledge;
        this.caller = caller;
        this.slot = slot;
        this.unavailable = unavailable;
        this.asked = asked;
        this.rounds = rounds;
        this.pauseNanos = pauseNanos;
        this.stopped = stopped;
    }

    @Override
    public Future<LentConnection> lend(List<Request> requests, Borrower borrower, long deadline) {
        return new Lending(caller, requests, unavailable, this::node, this::onUnreachable, () -> stopped)
                .lend(borrower, deadline, pauseNanos);
    }

    private Optional<Node> node() {
        Optional<Node> node = asked.isPresent() ? knowledge.node(asked.get()) : knowledge.owner(slot);
        from = node.map(Node::address);
        return node;
    }

    private void onUnreachable() {
        knowledge.suspect(Suspicion.UNREACHABLE);
        asked = Optional.empty();
    }

    @Override
    public boolean needsAsking() {
        return asked.isPresent();
    }

    @Override
    public PendingCommand wrapped(PendingCommand command) {
        return asked.isPresent() ? new AskingCommand(command) : command;
    }

    @Override
    public Optional<LoneCommand.Way> after(ErrorType error) {
        if (ServerError.of(error) == ServerError.UNBLOCKED && isLeft()) {
            return Optional.of(next(slot, Optional.empty(), false));
        }
        if (ServerError.of(error) == ServerError.UNBLOCKED_AS_REPLICA) {
            knowledge.suspect(Suspicion.READONLY);
            return Optional.of(next(slot, Optional.empty(), true));
        }
        return from.flatMap(node -> knowledge.verdict(error, node)).filter(this::isFollowed).map(verdict -> {
            verdict.suspicion().ifPresent(knowledge::suspect);
            // Where the keys of a command are not known, the server's slot is another one than was thought.
            int told = verdict.slot().orElse(slot);
            if (verdict.kind() == Verdict.Kind.FOLLOW) {
                verdict.target().ifPresent(target -> knowledge.moved(told, target));
            } else if (verdict.kind() == Verdict.Kind.REDIAL) {
                from.flatMap(knowledge::node).ifPresent(node -> node.onDemoted(error));
            }
            return next(told, verdict.kind() == Verdict.Kind.ASK ? verdict.target() : Optional.empty(), verdict.needsTime());
        });
    }

    /** Whether another node has the slot by now. */
    private boolean isLeft() {
        return knowledge.owner(slot).map(Node::address).filter(owner -> !from.equals(Optional.of(owner))).isPresent();
    }

    private boolean isFollowed(Verdict verdict) {
        return !(unavailable == UnavailablePolicy.FAIL_FAST && verdict.isOutage());
    }

    private ClusterWay next(int nowSlot, Optional<SocketAddress> nowAsked, boolean needsTime) {
        long pause = needsTime ? RedirectPause.waiting(rounds) : RedirectPause.following(rounds);
        return new ClusterWay(knowledge, caller, nowSlot, unavailable, nowAsked, rounds + 1, pause, stopped);
    }
}
