package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The questions to nodes that one step of a SCAN over a cluster consists of. They have the deadline of the caller's command.
 */
final class ScanSteps {

    /** @param cursor the node's own; 0 if it has no more */
    record Scanned(long cursor, Response keys) {

        static Scanned of(Response reply) {
            Merge.check(Merge.isArray(reply) && reply.size() == 2 && Merge.isArray(reply.get(1)));
            return new Scanned(Long.parseUnsignedLong(reply.get(0).toString()), reply.get(1));
        }
    }

    private final SingleCommand command;
    private final List<byte[]> options;
    private final ClusterNodes nodes;

    /** @param options all arguments of the caller's SCAN behind the cursor */
    ScanSteps(SingleCommand command, List<byte[]> options, ClusterNodes nodes) {
        this.command = command;
        this.options = options;
        this.nodes = nodes;
    }

    /** Scans the node that has the slot, or its successor if it goes down meanwhile. */
    Future<Scanned> scan(int slot, long cursor) {
        return ask(slot, scan(cursor), Optional.empty()).map(Scanned::of);
    }

    /** Scans this node. */
    Future<Scanned> scan(SocketAddress node, int slot, long cursor) {
        return ask(slot, scan(cursor), Optional.of(node)).map(Scanned::of);
    }

    private Request scan(long cursor) {
        Request request = Request.cmd(Command.SCAN).arg(Long.toUnsignedString(cursor));
        options.forEach(request::arg);
        return request;
    }

    /** The slots of a node, as it tells itself; empty if the user may not ask for that. */
    Future<Optional<NodeSlots>> slots(SocketAddress node, int slot) {
        return ask(slot, Request.cmd(Command.CLUSTER).arg("NODES"), Optional.of(node))
                .map(reply -> Optional.of(NodeSlots.parse(String.valueOf(reply))))
                .recover(failure -> failure instanceof ErrorType ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }

    /**
     * Whether the node that has the slot goes through its keys slot by slot. If it must not be asked, it is taken to do not.
     */
    Future<Boolean> goesBySlot(int slot) {
        return ask(slot, Request.cmd(Command.INFO).arg("server"), Optional.empty())
                .map(reply -> goesBySlot(String.valueOf(reply)))
                .recover(failure -> failure instanceof ErrorType ? Future.succeededFuture(false)
                        : Future.failedFuture(failure));
    }

    /** @param info a reply to INFO */
    static boolean goesBySlot(String info) {
        return isFrom("valkey_version:", 8, 0, info) || isFrom("redis_version:", 7, 4, info);
    }

    private static boolean isFrom(String field, int major, int minor, String info) {
        return info.lines().filter(line -> line.startsWith(field)).anyMatch(line -> {
            String[] numbers = line.substring(field.length()).trim().split("\\.");
            try {
                int told = Integer.parseInt(numbers[0]);
                return told > major || told == major && numbers.length > 1 && Integer.parseInt(numbers[1]) >= minor;
            } catch (NumberFormatException e) {
                return false;
            }
        });
    }

    private Future<Response> ask(int slot, Request request, Optional<SocketAddress> node) {
        Promise<Response> promise = Promise.promise();
        SingleCommand question = SingleCommand.at(slot, request, promise);
        if (command.isLimited()) {
            question.mustEndBy(command.deadline());
        }
        node.ifPresentOrElse(address -> nodes.submit(address, question), () -> nodes.submit(question));
        return promise.future();
    }
}
