package io.quarkiverse.redis.multiplexer.engine.topology;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;

/**
 * Real servers of a cluster, asked one after the other, and as seldom as can be for their slot map: it is as old as the last
 * {@link #doubt}, or the last node that could not be reached.
 */
final class ServerNodes implements ClusterNodes, AutoCloseable {

    private final List<Integer> ports;
    private final Map<Integer, RespClient> clients = new HashMap<>();
    private SlotMap map;

    ServerNodes(List<Integer> ports) {
        this.ports = ports;
        refresh();
    }

    void refresh() {
        for (int port : ports) {
            Response slots = call(port, List.of("CLUSTER", "SLOTS"));
            if (!(slots instanceof ErrorType)) {
                map = TopologyReply.ofSlots(slots, SocketAddress.inetSocketAddress(port, "127.0.0.1"));
                return;
            }
        }
    }

    Response run(Request request) {
        Promise<Response> promise = Promise.promise();
        SingleCommand command = new SingleCommand(request, promise, CommandReport.NONE);
        PlanRun.start(command, Planner.of(command, Commands.slot(command), Commands.unasked(), "test"), this,
                HandNodes.FAILURES);
        Future<Response> answer = promise.future();
        if (answer.failed()) {
            throw new IllegalStateException(answer.cause());
        }
        return answer.result();
    }

    @Override
    public SlotMap map() {
        return map;
    }

    @Override
    public Optional<SocketAddress> owner(int slot) {
        return map.primary(slot);
    }

    @Override
    public boolean admit(PendingCommand command, List<? extends PendingCommand> parts) {
        return true;
    }

    @Override
    public void submit(PendingCommand command) {
        int slot = Math.max(0, command.slot(Commands.unasked()));
        Response reply = call(owner(slot).orElseThrow().port(), words(command));
        if (reply instanceof ErrorType) {
            refresh();
            reply = call(owner(slot).orElseThrow().port(), words(command));
        }
        command.onReply(reply);
    }

    @Override
    public void submit(SocketAddress node, PendingCommand command) {
        command.onReply(call(node.port(), words(command)));
    }

    @Override
    public void doubt() {
        refresh();
    }

    private static List<String> words(PendingCommand command) {
        List<String> words = new ArrayList<>(List.of(command.name()));
        ((SingleCommand) command).arguments().forEach(argument -> words.add(new String(argument, StandardCharsets.UTF_8)));
        return words;
    }

    private Response call(int port, List<String> words) {
        try {
            return response(clients.computeIfAbsent(port, RespClient::new).call(words.toArray(String[]::new)));
        } catch (RuntimeException e) {
            // What the server refuses, and that it is gone.
            clients.remove(port);
            return ErrorType.create(String.valueOf(e.getMessage()));
        }
    }

    private static Response response(Object reply) {
        if (reply instanceof List<?> list) {
            MultiType array = MultiType.create(list.size(), false);
            list.forEach(element -> array.add(response(element)));
            return array;
        }
        if (reply instanceof Long number) {
            return NumberType.create(number);
        }
        return reply == null ? null : BulkType.create(Buffer.buffer((String) reply), false);
    }

    @Override
    public void close() {
        clients.values().forEach(RespClient::close);
    }
}
