package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.List;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.ClientStatus.LaneStatus;
import io.quarkiverse.redis.multiplexer.LaneState;

/** What the Dev UI shows of a client's status: nothing that JSON has no word for. */
public record ClientView(String name, boolean running, String node, List<LaneView> lanes, int dedicatedConnections,
        int subscriptions) {

    public record LaneView(int index, LaneState state, int pending, int inFlight, long commands, long flushes, long connects,
            String lastError) {

        static LaneView of(LaneStatus lane) {
            return new LaneView(lane.index(), lane.state(), lane.pending(), lane.inFlight(), lane.commands(), lane.flushes(),
                    lane.connects(), lane.lastError());
        }
    }

    static ClientView of(ClientStatus status) {
        return new ClientView(status.name(), status.running(), status.node(),
                status.lanes().stream().map(LaneView::of).toList(),
                status.dedicatedConnections(), status.subscriptions());
    }
}
