package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionOwner;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.TrafficListener;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link FollowingConnector}, whose primary changes by hand. */
class FollowingConnectorTest extends ClusterLoopByHand {

    /** Finds always the same. */
    private static final class KnownPrimary implements PrimarySearch {

        @Override
        public void begin(Runnable hint) {
        }

        @Override
        public Future<Shard> find(Clues clues) {
            return Future.succeededFuture(SOME.shards().get(0));
        }

        @Override
        public NodeAddress address(SocketAddress server) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Verdict> verdict(ErrorType error, SocketAddress from) {
            return Optional.empty();
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }

    private final List<Throwable> ends = new CopyOnWriteArrayList<>();

    private final ConnectionOwner hub = new ConnectionOwner() {
        @Override
        public TrafficListener traffic() {
            return TrafficListener.NOBODY;
        }

        @Override
        public void onClosed(NodeConnection connection, CommandQueue inFlight, Throwable cause) {
            ends.add(cause);
        }
    };

    private FollowingConnector connector;
    private PrimaryView view;

    @BeforeEach
    void connect() {
        start();
        view = new PrimaryView(loop, ClusterByHand.settings("redis://a:1"), new KnownPrimary(), new PrimaryView.Listener() {
            @Override
            public void onMap(SlotMap known) {
            }

            @Override
            public void onUnknown(Throwable cause) {
            }
        }, System::nanoTime, bound -> 0);
        connector = new FollowingConnector(loop, view, () -> Optional.of(nodes.get(owner)), "test");
    }

    private Future<NodeConnection> attempt() throws Exception {
        return onLoop(() -> connector.connect(context, ConnectionRole.PLAIN, hub, () -> {
        }));
    }

    @Test
    void aConnectionToAServerThatHasBeenLeftMeanwhileIsNoneAndNobodyHearsOfItsEnd() throws Exception {
        Future<NodeConnection> connected = attempt();
        HandConnector.Attempt toA = connectors.get(A).attempt(1);
        owner = B;
        HandSocket socket = onLoop(toA::succeed);
        assertTrue(awaitFailure(connected).getMessage().contains("is not the primary any more"));
        awaitUntil(() -> onLoop(() -> !socket.isOpen()));
        settle();
        assertEquals(List.of(), ends);
        await(view.close());
    }

    @Test
    void aConnectionThatThereIsIsGivenUpWhenItsServerIsLeft() throws Exception {
        Future<NodeConnection> connected = attempt();
        connect(A, 1);
        await(connected);
        connector.leaveOthers();
        settle();
        assertEquals(List.of(), ends);
        owner = B;
        connector.leaveOthers();
        awaitUntil(() -> ends.size() == 1);
        assertTrue(ends.get(0).getMessage().contains("is not the primary any more"), ends::toString);
        await(view.close());
    }
}
