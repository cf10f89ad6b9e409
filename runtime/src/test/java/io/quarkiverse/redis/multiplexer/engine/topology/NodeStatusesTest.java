package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.DedicatedStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.NodeStatus;

/** {@link NodeStatuses}. */
class NodeStatusesTest {

    private static final DedicatedStatus DEDICATED = new DedicatedStatus(2, 1, 3, null);
    private static final ConnectionStatus SUBSCRIPTIONS = new ConnectionStatus(ConnectionState.READY, 1, "why");

    private static LaneStatus lane(int index, long commands) {
        return new LaneStatus(index, ConnectionState.READY, 1, 2, commands, 4, 5, "why", 6, 7,
                new LaneStatus.Failures(7, 8, 9, 10, 11), Duration.ofSeconds(12), 13, Duration.ofSeconds(14),
                new ConnectionStatus(ConnectionState.READY, commands, null));
    }

    @Test
    void aServerThatIsThereTwiceHasOneStatusWithAllOfItsLanes() {
        NodeStatus all = new NodeStatus("one:1", NodeRole.UNKNOWN, "", "", List.of(lane(0, 1), lane(1, 2)), 1, 2, 3, 4,
                DEDICATED, List.of(SUBSCRIPTIONS));
        NodeStatus read = new NodeStatus("one:1", NodeRole.REPLICA, "redis", "8.0.2", List.of(lane(0, 3)), 0, 0, 0, 10,
                DedicatedStatus.UNUSED, List.of());

        assertEquals(List.of(new NodeStatus("one:1", NodeRole.REPLICA, "redis", "8.0.2",
                List.of(lane(0, 1), lane(1, 2), lane(2, 3)), 1, 2, 3, 14, DEDICATED, List.of(SUBSCRIPTIONS))),
                NodeStatuses.merged(List.of(all), List.of(read)));
    }

    @Test
    void othersStayAsTheyAreAndInTheirOrder() {
        NodeStatus one = new NodeStatus("one:1", NodeRole.PRIMARY, "redis", "8.0.2", List.of(), 0, 0, 0, 0,
                DedicatedStatus.UNUSED, List.of());
        NodeStatus two = new NodeStatus("two:2", NodeRole.REPLICA, "redis", "8.0.2", List.of(lane(0, 1)), 0, 0, 0, 0,
                DedicatedStatus.UNUSED, List.of());

        assertEquals(List.of(one, two), NodeStatuses.merged(List.of(one), List.of(two)));
    }
}
