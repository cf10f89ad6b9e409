package io.quarkiverse.redis.multiplexer.engine.lane;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.connection.Silence;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The lanes to one node. A caller uses the lane of its Vert.x context's event loop, so its reply reaches it without
 * another hop. Threads without a context get one from Vert.x, which spreads them over the loops and stays with the thread.
 * <p>
 * Lanes are made when their loop first needs one. If there may be fewer lanes than loops, loops share them in turn.
 * Thread-safe.
 */
public final class LaneGroup {

    /** What lanes need of their node. May be called from any thread. */
    public interface Surroundings {

        /** The server has answered that it is a replica. Called each time. */
        void onDemoted(ErrorType error);

        /** A lane has lost its connection, or could not connect, and tries again later. Called each time. */
        default void onUnavailable(Throwable cause) {
        }

        /** A lane gets no answers, or gets them again. Called each time. */
        default void onSilence(Silence change) {
        }

        /** A lane is connected. Called each time. */
        default void onAvailable() {
        }

        /** What the server is told on each connection for commands. */
        default ConnectionRole role() {
            return ConnectionRole.PLAIN;
        }
    }

    private final Vertx vertx;
    private final Connector connector;
    private final ClientSettings settings;
    private final Failures failures;
    private final OutageLog outages;
    private final PendingBytes bytes;
    private final Surroundings node;
    private final PerLoop<Lane> lanes;

    /**
     * @param homes of the lanes of the whole client
     * @param bytes counts those of the whole client
     */
    public LaneGroup(Vertx vertx, Connector connector, ClientSettings settings, Failures failures, OutageLog outages,
            LoopHomes homes, PendingBytes bytes, Surroundings node) {
        this.vertx = vertx;
        this.connector = connector;
        this.settings = settings;
        this.failures = failures;
        this.outages = outages;
        this.bytes = bytes;
        this.node = node;
        this.lanes = new PerLoop<>(homes, this::newLane);
    }

    private Lane newLane(int index, EventLoop home) {
        return new Lane(index, VertxAccess.newContext(vertx, home), connector, settings, failures.at("lane " + index), outages,
                bytes, node);
    }

    /** Puts a command on the lane of the caller's event loop, or fails it at once. Throws nothing. */
    public void submit(Context caller, PendingCommand command) {
        EventLoop loop = VertxAccess.eventLoop(caller);
        Lane lane = lanes.get(loop);
        if (lane != null) {
            lane.submit(command);
        } else {
            lanes.make(loop).ifPresentOrElse(made -> made.submit(command), () -> command.fail(failures.stopped()));
        }
    }

    /** The lane of an event loop, for who uses it there; none if the lanes are closed. */
    public Optional<Lane> lane(EventLoop loop) {
        return lanes.make(loop);
    }

    /** Completes when the lane of the caller's event loop is connected; fails with the cause if it can't be right now. */
    public Future<Void> whenReady(Context caller) {
        return lanes.make(VertxAccess.eventLoop(caller)).map(lane -> lane.whenReady(caller))
                .orElseGet(() -> VertxAccess.failed(caller, failures.stopped()));
    }

    /** Makes all lanes, and connects them. */
    public void connectAll() {
        for (EventLoop loop : VertxAccess.eventLoops(vertx)) {
            whenReady(VertxAccess.newContext(vertx, loop));
        }
    }

    /** Replaces the connections of all lanes. */
    public void renew(Throwable cause) {
        lanes.all().forEach(lane -> lane.renew(cause));
    }

    public List<LaneStatus> status() {
        return lanes.all().stream().map(Lane::status).toList();
    }

    /** Ends all lanes, and with them the way to new ones. */
    public Future<Void> close(Duration grace) {
        return Future.join(lanes.close().stream().map(lane -> lane.close(grace)).toList()).mapEmpty();
    }
}
