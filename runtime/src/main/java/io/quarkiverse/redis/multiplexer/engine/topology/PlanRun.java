package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.topology.Gathering.Necessity;
import io.quarkiverse.redis.multiplexer.engine.topology.Planner.Plan;
import io.vertx.core.net.SocketAddress;

/**
 * Carries out a {@link Plan}: submits the command, or parts of it, in the turn in which it is called. From then on the command
 * is complete when all of its parts are, and is nobody else's to complete.
 */
final class PlanRun {

    /** How long a replica is waited for that can be gone without. */
    private static final long REPLICA_NANOS = TimeUnit.SECONDS.toNanos(1);

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
        List<Runnable> submissions;
        try {
            submissions = submissions(command, plan, nodes, failures);
        } catch (Throwable e) {
            // There is no memory for its parts. None has been submitted.
            command.fail(failures.rejected(command, e));
            return;
        }
        submissions.forEach(Runnable::run);
    }

    private static List<Runnable> submissions(SingleCommand command, Plan plan, ClusterNodes nodes, Failures failures) {
        if (plan instanceof Planner.Refusal refusal) {
            return List.of(() -> command.fail(refusal.error()));
        }
        if (plan instanceof Planner.Anywhere) {
            return List.of(() -> nodes.submit(command));
        }
        if (plan instanceof Planner.OneSlot one) {
            Gathering gathering = new Gathering(command, Merge.FIRST, failures);
            return new PlanRun(command, nodes, gathering).toSlot(one.slot());
        }
        if (plan instanceof Planner.Slots slots) {
            return new PlanRun(command, nodes, new Gathering(command, slots.split(), failures)).toSlots(slots.split());
        }
        if (plan instanceof Planner.Nodes several) {
            return new PlanRun(command, nodes, new Gathering(command, several.merge(), failures)).toNodes(several);
        }
        Planner.Scan scan = (Planner.Scan) plan;
        return List.of(() -> ScanRun.start(command, scan.arguments(), nodes, failures));
    }

    private List<Runnable> toSlot(int slot) {
        SingleCommand part = gathering.add(command.part(0), slot, Necessity.NEEDED, PartLabel.of(List::of));
        return List.of(() -> nodes.submit(part));
    }

    private List<Runnable> toSlots(Split split) {
        List<Runnable> submissions = new ArrayList<>(split.parts().size());
        for (Split.Part part : split.parts()) {
            SingleCommand its = gathering.add(part.encoded(), part.slot(), Necessity.NEEDED,
                    PartLabel.of(() -> split.keys(part)));
            submissions.add(() -> nodes.submit(its));
        }
        return submissions;
    }

    private List<Runnable> toNodes(Planner.Nodes plan) {
        List<Runnable> submissions = new ArrayList<>();
        Map<SocketAddress, Integer> primaries = primaries();
        Necessity necessity = plan.merge() == Merge.ONE_SUCCEEDED ? Necessity.OPTIONAL : Necessity.NEEDED;
        primaries.forEach((address, slot) -> {
            SingleCommand part = gathering.add(command.part(0), slot, necessity, PartLabel.of(address));
            submissions.add(() -> nodes.submit(part));
        });
        if (plan.scope() != Scope.EVERY_PRIMARY) {
            Set<SocketAddress> others = nodes.map().nodes();
            others.removeAll(primaries.keySet());
            others.forEach(address -> submissions.add(toOther(address, plan.scope())));
        }
        return submissions;
    }

    /**
     * Those that have slots, each with its first one. It is in the place of that slot that they are asked: if another node
     * takes
     * over before they have answered, it is asked in their stead.
     */
    private Map<SocketAddress, Integer> primaries() {
        Map<SocketAddress, Integer> primaries = new LinkedHashMap<>();
        Optional<SocketAddress> latest = Optional.empty();
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Optional<SocketAddress> owner = nodes.owner(slot);
            if (owner.isPresent() && !owner.equals(latest)) {
                primaries.putIfAbsent(owner.get(), slot);
                latest = owner;
            }
        }
        return primaries;
    }

    /** To a replica, or to a primary without slots. */
    private Runnable toOther(SocketAddress address, Scope scope) {
        Necessity necessity = scope == Scope.EVERY_NODE ? Necessity.NEEDED : Necessity.OPTIONAL;
        SingleCommand part = gathering.add(command.part(0), Slot.NONE, necessity, PartLabel.of(address));
        if (necessity == Necessity.OPTIONAL) {
            hasten(part);
        }
        return () -> nodes.submit(address, part);
    }

    /** So that a replica that is gone does not hold up the answer. */
    private static void hasten(SingleCommand part) {
        long soon = System.nanoTime() + REPLICA_NANOS;
        if (!part.isLimited() || part.deadline() - soon > 0) {
            part.mustEndBy(soon);
        }
    }
}
