package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * What a caller asks for in one call: a command, or a batch of them. Its names are what tracers and metrics call it.
 *
 * @param stockName what the stock client calls it
 * @param requests at least one
 */
public record Operation(String stockName, List<Request> requests) {

    private static final String BATCH = "batch";

    /** A command that is asked for on its own. */
    public static Operation of(Request request) {
        return new Operation(request.command().toString(), List.of(request));
    }

    /** @param requests at least one */
    public static Operation ofBatch(List<Request> requests) {
        return new Operation(BATCH, requests);
    }

    public Request first() {
        return requests.get(0);
    }

    /**
     * What OpenTelemetry's conventions call it: {@code PIPELINE} or {@code MULTI} if it is several commands, with their name
     * behind that if they have one in common.
     */
    String name() {
        Set<String> names = commands().stream().map(request -> request.command().toString()).collect(Collectors.toSet());
        String common = names.size() == 1 ? names.iterator().next() : "";
        if (size() == 1) {
            return common;
        }
        String kind = isTransaction() ? "MULTI" : "PIPELINE";
        return common.isEmpty() ? kind : kind + " " + common;
    }

    /** The number of commands. Those that only begin and end a transaction do not count. */
    int size() {
        return commands().size();
    }

    private List<Request> commands() {
        return isTransaction() ? requests.subList(1, requests.size() - 1) : requests;
    }

    private boolean isTransaction() {
        return requests.size() > 2 && first().command().equals(Command.MULTI)
                && requests.get(requests.size() - 1).command().equals(Command.EXEC);
    }
}
