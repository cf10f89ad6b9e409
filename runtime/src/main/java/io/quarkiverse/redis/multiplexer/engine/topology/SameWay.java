package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The way to a server that stands alone. If it lets go of a command because it is a replica now, its successor is there, too.
 */
record SameWay(Topology topology, Context caller) implements LoneCommand.Way {

    @Override
    public Future<LentConnection> lend(List<Request> requests, Borrower borrower, long deadline) {
        return topology.lend(caller, requests, borrower);
    }

    @Override
    public Optional<LoneCommand.Way> after(ErrorType error) {
        return ServerError.of(error) == ServerError.UNBLOCKED_AS_REPLICA ? Optional.of(this) : Optional.empty();
    }
}
