package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerCommands;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.topology.Gathering.Necessity;
import io.vertx.core.net.SocketAddress;

/**
 * Carries out WAIT and WAITAOF in a cluster: they tell about writes that may be on any primary, and block the connection that
 * they are on. Each primary is asked at the same time, on a connection of its own.
 */
final class LoneRun {

    private LoneRun() {
    }

    /** How the answers of all primaries become one; empty if the command is not for all of them. */
    static Optional<Merge> mergeOf(PendingCommand command) {
        return command.single().filter(SingleCommand::isWithoutKeys)
                .map(single -> Planner.of(single, Slot.NONE, ServerCommands.UNASKED, ""))
                .filter(Planner.Nodes.class::isInstance).map(Planner.Nodes.class::cast)
                .filter(plan -> plan.scope() == Scope.EVERY_PRIMARY).map(Planner.Nodes::merge);
    }

    /**
     * Throws nothing: what goes wrong fails the command.
     *
     * @param owner of a slot; empty if nobody is known to have it
     * @param runner runs a part on a connection to who has its slot, or fails it; throws nothing
     */
    static void start(SingleCommand command, Merge merge, IntFunction<Optional<SocketAddress>> owner,
            Consumer<SingleCommand> runner, Failures failures) {
        try {
            Gathering gathering = new Gathering(command, merge, failures);
            Primaries.of(owner).forEach((address, slot) -> gathering.add(command.part(0), slot, Necessity.NEEDED,
                    new NodeLabel(address)));
            gathering.parts().forEach(part -> runner.accept(part.its));
        } catch (Throwable e) {
            // There is no memory for its parts.
            command.fail(failures.rejected(command, e));
        }
    }
}
