package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.ConnectionState.BACKING_OFF;
import static io.quarkiverse.redis.multiplexer.ConnectionState.CLOSED;
import static io.quarkiverse.redis.multiplexer.ConnectionState.CLOSING;
import static io.quarkiverse.redis.multiplexer.ConnectionState.CONNECTING;
import static io.quarkiverse.redis.multiplexer.ConnectionState.HANDSHAKING;
import static io.quarkiverse.redis.multiplexer.ConnectionState.IDLE;
import static io.quarkiverse.redis.multiplexer.ConnectionState.READY;
import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** State and connection of a keeper: every transition, legal and illegal, and what there is afterwards. */
class KeeperStateTest {

    private final Vertx vertx = Vertx.vertx();
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final NodeConnection connection = connection();
    private final NodeConnection successor = connection();
    private final Throwable failure = new IllegalStateException("the reason");

    private final Map<ConnectionState, Consumer<KeeperState>> ways = Map.of(
            IDLE, state -> state.idle(failure),
            CONNECTING, KeeperState::connecting,
            HANDSHAKING, KeeperState::handshaking,
            READY, state -> state.ready(successor),
            BACKING_OFF, state -> state.backingOff(failure),
            CLOSING, KeeperState::closing,
            CLOSED, KeeperState::closed);

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource
    void aStateBecomesWhatTheTableSaysAndNothingElse(ConnectionState from) {
        ways.forEach((to, way) -> {
            KeeperState state = in(from);
            // From READY to READY there is a way of its own.
            if (from.canBecome(to) && from != to) {
                way.accept(state);
                assertEquals(to, state.current());
            } else {
                Optional<NodeConnection> before = state.connection();
                assertThrows(IllegalStateException.class, () -> way.accept(state), () -> from + " to " + to);
                assertEquals(from, state.current());
                assertEquals(before, state.connection());
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatIsReadyOrEndingHasAConnection(ConnectionState current) {
        boolean has = current == READY || current == CLOSING;
        assertEquals(has, in(current).connection().isPresent());
        assertEquals(current == CLOSING || current == CLOSED, in(current).isEnding());
    }

    @Test
    void whatEndsWithoutAConnectionHasNone() {
        KeeperState state = in(IDLE);
        state.closing();
        assertTrue(state.connection().isEmpty());
    }

    @Test
    void onlyWhatIsReadyCanBeReplaced() {
        for (ConnectionState from : ConnectionState.values()) {
            KeeperState state = in(from);
            if (from == READY) {
                state.replaced(successor, failure);
                assertSame(successor, state.connection().orElseThrow());
                assertTrue(state.missing().isEmpty());
                state.closing();
                state.closed();
                assertSame(failure, state.missing().orElseThrow());
            } else {
                assertThrows(IllegalStateException.class, () -> state.replaced(successor, failure));
            }
        }
    }

    @Test
    void theUserIsToldWhenAllOfItHasChangedAndMayThrow() {
        List<String> told = new ArrayList<>();
        KeeperState[] state = new KeeperState[1];
        state[0] = new KeeperState("test", "the connection", new NobodysUser() {
            @Override
            public void onState(ConnectionState now) {
                told.add(now + " " + state[0].current() + " " + state[0].connection().isPresent());
                throw new IllegalStateException("thrown by the user");
            }
        });
        state[0].connecting();
        state[0].handshaking();
        state[0].ready(connection);
        state[0].backingOff(failure);
        assertEquals(List.of("CONNECTING CONNECTING false", "HANDSHAKING HANDSHAKING false", "READY READY true",
                "BACKING_OFF BACKING_OFF false"), told);
    }

    private KeeperState in(ConnectionState current) {
        KeeperState state = new KeeperState("test", "the connection", new NobodysUser());
        List<ConnectionState> way = switch (current) {
            case IDLE -> List.of();
            case CONNECTING -> List.of(CONNECTING);
            case HANDSHAKING -> List.of(CONNECTING, HANDSHAKING);
            case READY -> List.of(CONNECTING, HANDSHAKING, READY);
            case BACKING_OFF -> List.of(CONNECTING, BACKING_OFF);
            case CLOSING -> List.of(CONNECTING, HANDSHAKING, READY, CLOSING);
            case CLOSED -> List.of(CONNECTING, HANDSHAKING, READY, CLOSING, CLOSED);
        };
        way.forEach(next -> ways.get(next).accept(state));
        assertEquals(current, state.current());
        return state;
    }

    private NodeConnection connection() {
        return new HandSocket(VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0)), failures,
                new ConnectionOwner() {
                    @Override
                    public TrafficListener traffic() {
                        return TrafficListener.NOBODY;
                    }

                    @Override
                    public void onClosed(NodeConnection closed, CommandQueue inFlight, Throwable cause) {
                        throw new AssertionError(cause);
                    }
                }).connection;
    }

    private static class NobodysUser implements ConnectionUser {

        @Override
        public void onLost(CommandQueue inFlight, Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void onTick(long now) {
            throw new AssertionError();
        }

        @Override
        public boolean isQuiet() {
            return true;
        }
    }
}
