package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.vertx.core.Context;
import io.vertx.redis.client.Request;

/**
 * One request, or a batch, that has been let in, with what has been found out about it.
 *
 * @param oversized whether a server may close the connection on it, although its route is {@link Route#SHARED}
 * @param report what the end of its command is to be reported to
 * @param maker makes its command, which reports its end to the report that it is given. To be called once
 */
record Call(List<Request> requests, Route route, boolean oversized, Context caller, CommandReport report,
        Function<CommandReport, PendingCommand> maker) {

    /** Its command. To be called once. */
    PendingCommand command() {
        return maker.apply(report);
    }
}
