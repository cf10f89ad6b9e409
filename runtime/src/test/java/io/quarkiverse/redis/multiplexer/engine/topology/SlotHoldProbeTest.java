package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link SlotHold}: the command that is sent first keeps its place. */
class SlotHoldProbeTest {

    private final Verdict down = Verdict.of(ErrorType.create("CLUSTERDOWN The cluster is down"),
            SocketAddress.inetSocketAddress(1, "node")).orElseThrow();
    private int places;

    @Test
    void aProbeThatComesBackStaysBeforeWhatCameBackBeforeIt() {
        PendingCommand first = set();
        PendingCommand second = set();
        PendingCommand third = set();
        SlotHold hold = new SlotHold(1, command -> true, down, List.of(second));
        hold.takeBack(first, down);
        hold.takeBack(second, down);
        hold.add(third);
        for (int attempt = 0; attempt < 2; attempt++) {
            assertTrue(hold.isDrained());
            assertEquals(List.of(), hold.onDrained());
            List<PendingCommand> probe = new ArrayList<>();
            hold.probe(command -> {
                // As the lane does that takes it.
                command.order = ++places;
                probe.add(command);
            });
            assertEquals(List.of(first), probe);
            hold.takeBack(first, down);
        }
        hold.onDrained();
        hold.probe(command -> command.onReply(SimpleStringType.OK));
        List<PendingCommand> others = new ArrayList<>();
        hold.pass(others::add);
        assertEquals(List.of(second, third), others);
    }

    private PendingCommand set() {
        SingleCommand command = new SingleCommand(Request.cmd(Command.SET).arg("key").arg("value"), Promise.promise(),
                CommandReport.NONE);
        command.order = ++places;
        return command;
    }
}
