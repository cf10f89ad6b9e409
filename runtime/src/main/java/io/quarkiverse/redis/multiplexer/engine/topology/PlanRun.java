package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.topology.Gathering.Necessity;
import io.quarkiverse.redis.multiplexer.engine.topology.Planner.Plan;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Carries out a {@link Plan}: submits the command, or parts of it, in the turn in which it is called. From then on the command
 * is complete when all of its parts are, and is nobody else's to complete.
 */
final class PlanRun {

    /** How long a replica is waited for that can be gone without. */
    private static final long REPLICA_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** One part fails as its command does. */
    private static final PartLabel NO_LABEL = new PartLabel() {
        @Override
        public List<Buffer> keys() {
            return List.of();
        }

        @Override
        public List<String> names() {
            return List.of();
        }
    };

    private final SingleCommand command;
    private final ClusterNodes nodes;
    private final Gathering gathering;

    private PlanRun(SingleCommand command, ClusterNodes nodes, Gathering gathering) {
        this.command = command;
        this.nodes = nodes;
        this.gathering = gathering;
    }

    /**
     * Throws nothing: what goes wrong fails the command.
     *
     * @param command its deadline is that of its parts, if it has one already
     */
    static void start(SingleCommand command, Plan plan, ClusterNodes nodes, Failures failures) {
        if (plan instanceof Planner.Refusal refusal) {
            nodes.refuse(command, refusal.error());
        } else if (plan instanceof Planner.Anywhere) {
            nodes.submit(command);
        } else if (plan instanceof Planner.Scan scan) {
            ScanRun.start(command, scan.arguments(), nodes, failures);
        } else {
            startParts(command, plan, nodes, failures);
        }
    }

    private static void startParts(SingleCommand command, Plan plan, ClusterNodes nodes, Failures failures) {
        Gathering gathering;
        try {
            gathering = new Gathering(command, merger(plan), failures);
            new PlanRun(command, nodes, gathering).addParts(plan);
            if (gathering.parts().isEmpty()) {
                nodes.refuse(command, nobodyHasSlots(nodes, failures));
            } else if (!nodes.admit(command, gathering.needed())) {
                return;
            }
        } catch (Throwable e) {
            // There is no memory for its parts. None has been submitted.
            command.fail(failures.rejected(command, e));
            return;
        }
        for (Gathering.Part part : gathering.parts()) {
            submit(part, nodes, failures);
        }
    }

    /** From now on the command waits for all of its parts, whatever becomes of one of them. */
    private static void submit(Gathering.Part part, ClusterNodes nodes, Failures failures) {
        try {
            if (part.node.isPresent()) {
                nodes.submit(part.node.get(), part.its);
            } else {
                nodes.submit(part.its);
            }
        } catch (Throwable e) {
            // There is no memory to send it.
            part.its.fail(failures.rejected(part.its, e));
        }
    }

    /** Nobody can be asked for what all know together. As a server says it that knows of slots that nobody has. */
    static ErrorType nobodyHasSlots(ClusterNodes nodes, Failures failures) {
        nodes.doubt();
        return ErrorType.create(
                "CLUSTERDOWN " + failures.subject() + " knows of no node that has slots, so nothing was sent");
    }

    private static Merger merger(Plan plan) {
        if (plan instanceof Planner.Slots slots) {
            return slots.split();
        }
        return plan instanceof Planner.Nodes several ? several.merge() : Merge.FIRST;
    }

    private void addParts(Plan plan) {
        if (plan instanceof Planner.OneSlot one) {
            gathering.add(command.part(0), one.slot(), Necessity.NEEDED, NO_LABEL);
        } else if (plan instanceof Planner.Slots slots) {
            for (Split.Part part : slots.split().parts()) {
                gathering.add(part.encoded(), part.slot(), Necessity.NEEDED, part);
            }
        } else if (plan instanceof Planner.Nodes several) {
            addNodes(several);
        }
    }

    private void addNodes(Planner.Nodes plan) {
        Map<SocketAddress, Integer> primaries = Primaries.of(nodes::owner);
        Necessity necessity = plan.merge() == Merge.ONE_SUCCEEDED ? Necessity.OPTIONAL : Necessity.NEEDED;
        primaries.forEach(
                (address, slot) -> gathering.add(command.part(0), slot, necessity, new NodeLabel(address)));
        if (plan.scope() != Scope.EVERY_PRIMARY) {
            Set<SocketAddress> others = nodes.map().nodes();
            others.removeAll(primaries.keySet());
            others.forEach(address -> addOther(address, plan.scope()));
        }
    }

    /** A replica, or a primary without slots. */
    private void addOther(SocketAddress address, Scope scope) {
        Necessity necessity = scope == Scope.EVERY_NODE ? Necessity.NEEDED : Necessity.OPTIONAL;
        SingleCommand part = gathering.add(command.part(0), address, necessity);
        if (necessity == Necessity.OPTIONAL) {
            hasten(part);
        }
    }

    /** So that a replica that is gone does not hold up the answer. */
    private static void hasten(SingleCommand part) {
        long soon = System.nanoTime() + REPLICA_NANOS;
        if (!part.isLimited() || part.deadline() - soon > 0) {
            part.limitTo(soon);
        }
    }
}
