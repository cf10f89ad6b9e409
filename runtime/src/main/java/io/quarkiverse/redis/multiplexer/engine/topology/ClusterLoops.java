package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.function.BiFunction;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.lane.PerLoop;
import io.vertx.core.Future;

/** The commands to several servers, by event loops: each has a {@link ClusterLoop}, made when it is first used. Thread-safe. */
final class ClusterLoops {

    private final PerLoop<ClusterLoop> loops;
    private final Failures failures;

    /** @param maker given how many have been made before, and the event loop */
    ClusterLoops(LoopHomes homes, BiFunction<Integer, EventLoop, ClusterLoop> maker, Failures failures) {
        this.loops = new PerLoop<>(homes, maker);
        this.failures = failures;
    }

    /** Takes a command of who is on this event loop, or fails it at once. Throws nothing. */
    void submit(EventLoop loop, PendingCommand command) {
        ClusterLoop home = loops.get(loop);
        if (home != null) {
            home.submit(command);
        } else {
            loops.make(loop).ifPresentOrElse(made -> made.submit(command), () -> command.fail(failures.stopped()));
        }
    }

    /** Makes that of an event loop, unless it is there, or this has ended. */
    void make(EventLoop loop) {
        loops.make(loop);
    }

    /** @see ClusterLoop#follow */
    Future<Void> follow() {
        return Future.join(loops.all().stream().map(ClusterLoop::follow).toList()).mapEmpty();
    }

    /** @see ClusterLoop#unknown */
    void unknown(Throwable cause) {
        loops.all().forEach(loop -> loop.unknown(cause));
    }

    /** Of what is on no lane, on all event loops. */
    RoutingStatus status() {
        return loops.all().stream().map(ClusterLoop::status).reduce(RoutingStatus.UNUSED, ClusterLoops::sum);
    }

    private static RoutingStatus sum(RoutingStatus one, RoutingStatus other) {
        LaneStatus.Failures its = one.failures();
        LaneStatus.Failures more = other.failures();
        return new RoutingStatus(one.waiting() + other.waiting(),
                new LaneStatus.Failures(its.errors() + more.errors(), its.timeouts() + more.timeouts(),
                        its.lost() + more.lost(), its.unavailable() + more.unavailable(), its.refused() + more.refused()));
    }

    /** Ends all, and makes no more. @see ClusterLoop#close */
    Future<Void> close() {
        return Future.join(loops.close().stream().map(ClusterLoop::close).toList()).mapEmpty();
    }
}
