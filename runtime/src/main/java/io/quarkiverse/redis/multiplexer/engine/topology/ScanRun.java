package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanCursor.BySlot;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanCursor.Ends;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanCursor.Place;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanCursor.Side;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanSteps.Scanned;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;

/**
 * One step of a SCAN over all nodes of a cluster: a part of the keys of one node, and the {@link ScanCursor} to go on with.
 * <p>
 * A scan from 0 until the cursor is 0 again tells each key at least once that is there all the time, as SCAN does on one
 * server:
 * <ul>
 * <li>On servers that go by slot, also if slots move to other nodes meanwhile, key by key or at once, and if replicas become
 * primaries. SCAN is not redirected: a node that has lost a slot just has no keys of it. So a slot counts as done only when the
 * node that was asked says afterwards that it has that slot, and has it whole; else the slot is gone through again.
 * <li>On older servers, the scan begins anew when the slot map has changed: it ends when no slot has moved for as long as it
 * takes. What is just moving key by key, to a node that has been gone through already, may be left out if the scan ends before
 * the move does.
 * </ul>
 * Keys may come several times. A step that fails may be made again with the same cursor.
 */
final class ScanRun {

    private final SingleCommand command;
    private final ClusterNodes nodes;
    private final Failures failures;
    private final ScanSteps steps;
    private final ScanByNode byNode;

    private ScanRun(SingleCommand command, ClusterNodes nodes, Failures failures, ScanSteps steps) {
        this.command = command;
        this.nodes = nodes;
        this.failures = failures;
        this.steps = steps;
        this.byNode = new ScanByNode(nodes, steps);
    }

    /** @param arguments of the command */
    static void start(SingleCommand command, List<byte[]> arguments, ClusterNodes nodes, Failures failures) {
        try {
            Optional<Place> cursor = arguments.isEmpty() ? Optional.empty()
                    : ScanCursor.parse(Split.text(arguments.get(0)));
            if (cursor.isEmpty()) {
                command.fail(ErrorType.create("ERR invalid cursor"));
                return;
            }
            ScanSteps steps = new ScanSteps(command, arguments.subList(1, arguments.size()), nodes);
            new ScanRun(command, nodes, failures, steps).run(cursor.get());
        } catch (Throwable e) {
            // There is no memory for it.
            command.fail(failures.rejected(command, e));
        }
    }

    private void run(Place cursor) {
        step(cursor).onSuccess(command::onReply).onFailure(failure -> command
                .fail(failure instanceof ErrorType || failure instanceof CommandFailure ? failure
                        : failures.replyDropped(command, failure)));
    }

    private Future<Response> step(Place cursor) {
        if (cursor instanceof BySlot bySlot) {
            return bySlot(bySlot);
        }
        if (cursor instanceof ScanCursor.ByNode node) {
            return byNode.step(node);
        }
        return firstOwned(0).map(first -> steps.goesBySlot(first.slot())
                .compose(does -> does ? bySlot(first) : byNode.step(byNode.start())))
                .orElseGet(() -> Future.failedFuture(PlanRun.nobodyHasSlots(nodes, failures)));
    }

    /** The beginning of the first slot from this one on that somebody is known to have. */
    private Optional<BySlot> firstOwned(int from) {
        for (int slot = from; slot < SlotMap.SLOTS; slot++) {
            if (nodes.owner(slot).isPresent()) {
                return Optional.of(BySlot.startOf(slot));
            }
        }
        return Optional.empty();
    }

    private Place from(int slot) {
        Optional<BySlot> next = firstOwned(slot);
        return next.isPresent() ? next.get() : new Ends();
    }

    private Future<Response> bySlot(BySlot cursor) {
        Optional<SocketAddress> owner = nodes.owner(cursor.slot());
        if (owner.isEmpty()) {
            return Future.succeededFuture(answer(from(cursor.slot()), MultiType.EMPTY_MULTI));
        }
        SocketAddress node = owner.get();
        if (cursor.side() == Side.IMPORTER) {
            return steps.slots(node, cursor.slot()).compose(slots -> importer(cursor, node, slots));
        }
        return steps.scan(cursor.slot(), cursor.forNode(ScanCursor.nodeBits(node)))
                .compose(scanned -> afterOwner(cursor, node, scanned));
    }

    private Future<Response> afterOwner(BySlot cursor, SocketAddress node, Scanned scanned) {
        if (!isBySlot(cursor.slot(), scanned)) {
            return Future.succeededFuture(answer(byNode.start(), scanned.keys()));
        }
        if (isIn(cursor.slot(), scanned)) {
            // If another node has answered in its stead, the next step finds that the cursor is not that one's.
            return Future.succeededFuture(
                    answer(BySlot.of(scanned.cursor(), ScanCursor.nodeBits(node), Side.OWNER), scanned.keys()));
        }
        Response again = answer(BySlot.startOf(cursor.slot()), scanned.keys());
        return steps.slots(node, cursor.slot()).map(slots -> isOwner(node, cursor.slot())
                ? answer(after(cursor.slot(), scanned, node, slots), scanned.keys())
                : again).otherwise(again);
    }

    private boolean isOwner(SocketAddress node, int slot) {
        return nodes.owner(slot).filter(node::equals).isPresent();
    }

    /** What a node of an older version answers is of all slots, in any order. */
    private static boolean isBySlot(int slot, Scanned scanned) {
        int end = scanned.cursor() == 0 ? SlotMap.SLOTS : BySlot.slotOf(scanned.cursor());
        if (end < slot) {
            return false;
        }
        for (int i = 0; i < scanned.keys().size(); i++) {
            byte[] key = scanned.keys().get(i).toBytes();
            int its = Slot.of(key, 0, key.length);
            if (its < slot || its > end) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIn(int slot, Scanned scanned) {
        return scanned.cursor() != 0 && BySlot.slotOf(scanned.cursor()) == slot;
    }

    /** @param told the slots of the node; if they are not told, they are those of the map */
    private Place after(int first, Scanned scanned, SocketAddress node, Optional<NodeSlots> told) {
        int end = scanned.cursor() == 0 ? SlotMap.SLOTS : BySlot.slotOf(scanned.cursor());
        for (int slot = first; slot < end; slot++) {
            boolean mapped = isOwner(node, slot);
            int current = slot;
            if (told.map(slots -> slots.isMigrating(current)).orElse(false)) {
                return new BySlot(slot, 0, 0, Side.IMPORTER);
            }
            boolean owned = told.map(slots -> slots.owns(current)).orElse(mapped);
            if (mapped && !owned) {
                nodes.doubt();
            }
            if (!owned && nodes.owner(slot).isPresent()) {
                return BySlot.startOf(slot);
            }
        }
        return scanned.cursor() == 0 ? new Ends() : BySlot.of(scanned.cursor(), ScanCursor.nodeBits(node), Side.OWNER);
    }

    /** The owner of a slot has told all that it has of it; keys that it had moved before are with another node. */
    private Future<Response> importer(BySlot cursor, SocketAddress owner, Optional<NodeSlots> told) {
        int slot = cursor.slot();
        List<SocketAddress> importer = told.map(slots -> slots.importer(slot)).orElse(List.of());
        if (importer.isEmpty()) {
            // The move is over, or has been given up. The keys are together again.
            if (isOwner(owner, slot) && !told.map(slots -> slots.owns(slot)).orElse(true)) {
                nodes.doubt();
            }
            return Future.succeededFuture(answer(BySlot.startOf(slot), MultiType.EMPTY_MULTI));
        }
        SocketAddress node = importer.stream().filter(nodes.map().nodes()::contains).findFirst().orElse(importer.get(0));
        int bits = ScanCursor.nodeBits(node);
        return steps.scan(node, slot, cursor.forNode(bits)).map(scanned -> answer(
                isIn(slot, scanned) ? BySlot.of(scanned.cursor(), bits, Side.IMPORTER) : from(slot + 1), scanned.keys()));
    }

    static Response answer(Place cursor, Response keys) {
        MultiType answer = MultiType.create(2, false);
        answer.add(BulkType.create(Buffer.buffer(cursor.toString()), false));
        answer.add(keys);
        return answer;
    }
}
