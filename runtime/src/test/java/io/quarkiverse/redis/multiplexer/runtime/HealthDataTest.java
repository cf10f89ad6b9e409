package io.quarkiverse.redis.multiplexer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.DedicatedStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.NodeStatus;

/** What the readiness check tells of the servers of a client. */
class HealthDataTest {

    private static final NodeStatus FIRST = new NodeStatus("one:1", NodeRole.PRIMARY, "redis", "8.0.2",
            List.of(lane(0, ConnectionState.READY, null), lane(1, ConnectionState.READY, null)), 0, 0, 0, 0,
            DedicatedStatus.UNUSED, List.of());
    private static final NodeStatus SECOND = new NodeStatus("two:2", NodeRole.UNKNOWN, "", "",
            List.of(lane(0, ConnectionState.BACKING_OFF, "gone")), 0, 0, 0, 0,
            DedicatedStatus.UNUSED, List.of());

    @Test
    void theOnlyNodeNeedsNoName() {
        assertEquals(Map.of("default.node", "one:1", "default.server", "redis 8.0.2", "default.role", "primary",
                "default.state", "2 READY"), data(FIRST));
    }

    @Test
    void severalNodesAreToldApart() {
        assertEquals(
                Map.of("default.one:1.node", "one:1", "default.one:1.server", "redis 8.0.2", "default.one:1.role", "primary",
                        "default.one:1.state", "2 READY", "default.two:2.node", "two:2", "default.two:2.state",
                        "1 BACKING_OFF", "default.two:2.last-error", "gone"),
                data(FIRST, SECOND));
    }

    private static Map<String, Object> data(NodeStatus... nodes) {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("test").up();
        MultiplexerHealthCheck.describe("default", List.of(nodes), response);
        return response.build().getData().orElseThrow();
    }

    private static LaneStatus lane(int index, ConnectionState state, String lastError) {
        return new LaneStatus(index, state, 0, 0, 0, 0, 1, lastError, 0, 0, new LaneStatus.Failures(0, 0, 0, 0, 0),
                Duration.ZERO, 0, Duration.ZERO, ConnectionStatus.UNUSED);
    }
}
