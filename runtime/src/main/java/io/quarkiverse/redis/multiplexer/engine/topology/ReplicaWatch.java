package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

import org.jboss.logging.Logger;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Asks replicas whether they have the data of their primary, each when the {@link ReplicaTable} says so. One that does not
 * answer within a second is taken for unfit. May be used from any thread; asks on one event loop.
 */
final class ReplicaWatch {

    /** The way to put a question to a server, connecting to it if need be. Throws nothing. */
    interface Questions {

        /** @return completes anywhere, sooner or later */
        Future<Response> ask(SocketAddress server, Request request);
    }

    private static final Logger LOG = Logger.getLogger("io.quarkiverse.redis.multiplexer");

    private static final long PATIENCE_MILLIS = 1000;

    private final EventLoop loop;
    private final Questions questions;
    private final String subject;
    private final LongSupplier clock;
    private final Runnable onChange;
    private volatile Set<SocketAddress> fit = Set.of();

    // What follows is used on the event loop only.

    private final ReplicaTable table;
    private final LoopTimer timer;
    private boolean forbidden;
    private boolean closed;

    /**
     * @param subject the client, as messages name it
     * @param clock in nanoseconds
     * @param random a number from 0 on and below the one given
     * @param onChange called on the event loop when other replicas are {@linkplain #fit fit} than before
     */
    ReplicaWatch(EventLoop loop, Questions questions, String subject, LongSupplier clock, LongUnaryOperator random,
            Runnable onChange) {
        this.loop = loop;
        this.questions = questions;
        this.subject = subject;
        this.clock = clock;
        this.onChange = onChange;
        this.table = new ReplicaTable(random);
        this.timer = new LoopTimer(loop);
    }

    /** Those that reads may go to. */
    Set<SocketAddress> fit() {
        return fit;
    }

    /** There are these replicas, and no others. */
    void follow(Set<SocketAddress> replicas) {
        onLoop(() -> {
            tellIf(table.follow(replicas, clock.getAsLong()));
            look();
        });
    }

    /** Something speaks against a replica: until it says that all is well, it is not fit. */
    void doubt(SocketAddress replica) {
        onLoop(() -> {
            tellIf(table.doubt(replica, clock.getAsLong()));
            plan();
        });
    }

    /** There is reason to ask replicas now. */
    void hurry(Set<SocketAddress> replicas) {
        onLoop(() -> {
            replicas.forEach(replica -> table.hurry(replica, clock.getAsLong()));
            look();
        });
    }

    /** Asks nobody any more. */
    void close() {
        onLoop(() -> {
            closed = true;
            timer.cancel();
        });
    }

    private void look() {
        if (!closed) {
            table.takeDue(clock.getAsLong()).forEach(this::ask);
            plan();
        }
    }

    private void plan() {
        if (closed) {
            return;
        }
        long now = clock.getAsLong();
        table.nextDue(now).ifPresent(
                due -> timer.plan(this::look, Math.max(0, TimeUnit.NANOSECONDS.toMillis(due - now + 999_999))));
    }

    private void ask(SocketAddress replica) {
        LoopTimer patience = new LoopTimer(loop);
        patience.plan(() -> doubt(replica), PATIENCE_MILLIS);
        questions.ask(replica, ServerInfo.aboutReplication()).onComplete(answer -> onLoop(() -> {
            patience.cancel();
            onAnswer(replica, answer);
        }));
    }

    private void onAnswer(SocketAddress replica, AsyncResult<Response> answer) {
        if (answer.cause() instanceof ErrorType error && ServerError.of(error) == ServerError.NOPERM && !forbidden) {
            forbidden = true;
            LOG.warnf(
                    "%s reads from primaries only, because it cannot ask replicas whether they have the data of their primary:"
                            + " %s. Allow its user to: ACL SETUSER ... +info",
                    subject, Failures.describe(error));
        }
        boolean inSync = answer.succeeded() && ServerInfo.of(answer.result()).isReplicaInSync();
        tellIf(table.answered(replica, inSync ? ReplicaState.FIT : ReplicaState.UNFIT, clock.getAsLong()));
        plan();
    }

    private void tellIf(boolean changed) {
        if (changed && !closed) {
            fit = Set.copyOf(table.fit());
            Guard.run("a change of replicas", onChange);
        }
    }

    private void onLoop(Runnable action) {
        LoopTask.now(loop, action);
    }
}
