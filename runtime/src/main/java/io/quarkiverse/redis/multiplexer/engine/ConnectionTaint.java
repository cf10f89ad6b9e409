package io.quarkiverse.redis.multiplexer.engine;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * What the commands that were sent on a connection have left behind on it: an open transaction, watched keys, or a
 * database, user or mode that the next user of the connection would not expect. Not thread-safe.
 */
final class ConnectionTaint {

    private boolean transactionOpen;
    private boolean watching;
    private boolean changed;

    void add(Request request) {
        Command command = request.command();
        switch (Requests.route(request)) {
            case TRANSACTION -> {
                if (command.equals(Command.MULTI)) {
                    transactionOpen = true;
                } else if (!transactionOpen) {
                    // Without a MULTI before it, the server refuses an EXEC or a DISCARD, and goes on watching.
                    watching = command.equals(Command.WATCH) || watching && !command.equals(Command.UNWATCH);
                } else if (command.equals(Command.EXEC) || command.equals(Command.DISCARD)) {
                    transactionOpen = false;
                    watching = false;
                }
            }
            case CONNECTION_STATE -> changed = true;
            case SHARED, BLOCKING, SUBSCRIPTION, REFUSED -> {
            }
        }
    }

    boolean isTransactionOpen() {
        return transactionOpen;
    }

    boolean isClean() {
        return !transactionOpen && !watching && !changed;
    }
}
