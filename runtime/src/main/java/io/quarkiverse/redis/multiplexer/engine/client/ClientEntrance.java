package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Detour;
import io.quarkiverse.redis.multiplexer.engine.command.Operation;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.topology.TimeLimit;
import io.quarkiverse.redis.multiplexer.engine.topology.Topology;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;

/**
 * Requests to the client itself, and not to a connection that it gave: each is on its own, so what needs a connection of its
 * own has it for that one time, and what only makes sense together with others is refused. May be used from any thread.
 */
final class ClientEntrance implements Admission.Entrance {

    private final ClientParts parts;

    ClientEntrance(ClientParts parts) {
        this.parts = parts;
    }

    @Override
    public boolean isOpenFor(Context caller, Request request) {
        return parts.gate().isOpenFor(caller, request);
    }

    @Override
    public Optional<Throwable> objection(Route route, boolean batched) {
        return switch (route) {
            case SHARED, BLOCKING, CONNECTION_STATE -> Optional.empty();
            case TRANSACTION -> Optional.of(needsConnection("Transactional", batched));
            case SUBSCRIPTION -> Optional.of(needsConnection("PubSub", batched));
            case NOWHERE -> Optional.of(parts.failures().unanswered());
        };
    }

    /** As the stock client says it. */
    private static Throwable needsConnection(String kind, boolean batched) {
        String mode = batched ? "batch" : "mode";
        return Future.failedFuture(kind + " command in connection-less " + mode + " not allowed").cause();
    }

    @Override
    public CommandReport report(Request request) {
        return parts.topology().telemetry(request).begin(request);
    }

    @Override
    public CommandReport report(Operation operation) {
        return parts.topology().telemetry(operation.first()).begin(operation);
    }

    @Override
    public CommandReport reportObjection(Operation operation) {
        return parts.topology().telemetry(operation.first()).beginRefused(operation);
    }

    @Override
    public void take(Call call) {
        Topology topology = parts.topology();
        Context caller = call.caller();
        List<Request> requests = call.requests();
        long accepted = System.nanoTime();
        if (call.route() != Route.SHARED) {
            PendingCommand command = call.command();
            pass(call, command, () -> topology.runAlone(caller, command, requests, accepted, new TimeLimit()));
            return;
        }
        // What is oversized keeps its place in the lane, and runs beside it.
        PendingCommand command = call.oversized()
                ? Detour.of(requests, call.maker(), call.report(),
                        (alone, its) -> topology.runAlone(caller, alone, its, accepted, new TimeLimit()))
                : call.command();
        pass(call, command, () -> topology.submit(caller, command));
    }

    private void pass(Call call, PendingCommand command, Runnable send) {
        if (call.requests().size() == 1) {
            parts.gate().pass(call.caller(), call.requests().get(0), command, send);
        } else {
            parts.gate().pass(call.caller(), call.requests(), command, send);
        }
    }
}
