package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/** Asks servers what they are. */
final class ServerRoles {

    private final Links links;

    ServerRoles(Links links) {
        this.links = links;
    }

    /** Asks a server. Of one that does not answer that, what it has said when it let us in is believed. */
    Future<RoleReply> ask(NodeAddress server) {
        return links.open(server, LinkListener.NOBODY)
                .compose(link -> link.ask(Request.cmd(Command.create("ROLE"))).map(RoleReply::of)
                        .recover(cause -> isRefused(cause) ? Future.succeededFuture(RoleReply.of(link.role()))
                                : Future.failedFuture(cause))
                        .onComplete(done -> link.close()));
    }

    private static boolean isRefused(Throwable cause) {
        if (cause instanceof ErrorType error) {
            return switch (ServerError.of(error)) {
                case NOPERM, ERR, BUSY -> true;
                default -> false;
            };
        }
        return false;
    }

    /**
     * Sees whether a server has a role. A replica has to reach its primary.
     *
     * @param refusal made of the role that the server has
     */
    Future<Void> verify(NodeAddress server, NodeRole wanted, Function<String, Throwable> refusal) {
        return ask(server).compose(told -> {
            boolean other = told.role() != wanted && !told.equals(RoleReply.of(NodeRole.UNKNOWN));
            return other || !told.linked()
                    ? Future.failedFuture(refusal.apply(other ? told.words() : told.words() + " without its primary"))
                    : Future.succeededFuture();
        });
    }

    /** Asks nobody any more. @return completes when nothing is left */
    Future<Void> close() {
        return links.close();
    }
}
