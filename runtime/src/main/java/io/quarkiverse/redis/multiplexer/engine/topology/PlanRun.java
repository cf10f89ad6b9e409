package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.topology.Gathering.Necessity;
import io.quarkiverse.redis.multiplexer.engine.topology.Planner.Nodes;
import io.quarkiverse.redis.multiplexer.engine.topology.Planner.Plan;

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
        if (plan instanceof Planner.OneSlot one) {
            return List.of(() -> nodes.toSlot(one.slot(), command));
        }
        if (plan instanceof Planner.Anywhere) {
            return List.of(() -> nodes.anywhere(command));
        }
        if (plan instanceof Planner.Slots slots) {
            PlanRun run = new PlanRun(command, nodes, new Gathering(command, slots.split(), failures));
            return run.toSlots(slots.split());
        }
        if (plan instanceof Nodes several) {
            PlanRun run = new PlanRun(command, nodes, new Gathering(command, several.merge(), failures));
            return run.toNodes(several);
        }
        throw new IllegalArgumentException(plan.toString());
    }

    private List<Runnable> toSlots(Split split) {
        List<Runnable> submissions = new ArrayList<>(split.parts().size());
        for (Split.Part part : split.parts()) {
            SingleCommand its = gathering.add(part.encoded(), Necessity.NEEDED, PartLabel.of(() -> split.keys(part)));
            submissions.add(() -> nodes.toSlot(part.slot(), its));
        }
        return submissions;
    }

    private List<Runnable> toNodes(Nodes plan) {
        byte[] whole = command.part(0);
        List<Runnable> submissions = new ArrayList<>();
        List<Shard> shards = nodes.shards();
        Necessity primaries = plan.merge() == Merge.ONE_SUCCEEDED ? Necessity.OPTIONAL : Necessity.NEEDED;
        for (Shard shard : shards) {
            SingleCommand part = gathering.add(whole, primaries, PartLabel.of(shard.primary()));
            submissions.add(() -> nodes.toPrimary(shard, part));
        }
        if (plan.scope() != Scope.EVERY_PRIMARY) {
            Necessity replicas = plan.scope() == Scope.EVERY_NODE ? Necessity.NEEDED : Necessity.OPTIONAL;
            for (Shard shard : shards) {
                for (Shard.Member replica : shard.replicas()) {
                    SingleCommand part = gathering.add(whole, replicas, PartLabel.of(replica));
                    if (replicas == Necessity.OPTIONAL) {
                        hasten(part);
                    }
                    submissions.add(() -> nodes.toReplica(replica, part));
                }
            }
        }
        return submissions;
    }

    /** So that a replica that is gone does not hold up the answer. */
    private static void hasten(SingleCommand part) {
        long soon = System.nanoTime() + REPLICA_NANOS;
        if (!part.isLimited() || part.deadline() - soon > 0) {
            part.mustEndBy(soon);
        }
    }
}
