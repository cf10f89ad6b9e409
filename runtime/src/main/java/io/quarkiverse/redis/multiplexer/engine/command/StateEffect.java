package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.Set;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/** What a request does to the state of its connection, if the server accepts it. */
enum StateEffect {

    NONE,
    /** Opens a transaction. */
    MULTI,
    /** Ends a transaction, and executes it. */
    EXEC,
    /** Ends a transaction, and forgets it. */
    DISCARD,
    /** Has the next transaction depend on keys. */
    WATCH,
    UNWATCH,
    /** Ends a transaction, and leaves the connection without login, database and name. */
    RESET,
    /** Changes something else, which the next user of the connection would not expect. */
    CHANGE;

    /** Of CLIENT: those that only tell something about the connection. */
    private static final Set<String> CLIENT_QUESTIONS = Set.of("getname", "getredir", "id", "info", "trackinginfo");

    static StateEffect of(Request request) {
        return of(request.command(), RequestAccess.arguments(request));
    }

    static StateEffect of(Command command, List<byte[]> arguments) {
        return switch (CommandTable.kindOf(command)) {
            case TRANSACTION -> ofTransaction(command);
            case CONNECTION_STATE -> command.equals(Command.RESET) ? RESET : CHANGE;
            case CLIENT -> Requests.concernsOthers(arguments) || CLIENT_QUESTIONS.contains(Requests.subcommand(arguments))
                    ? NONE
                    : CHANGE;
            case SCRIPT -> "debug".equals(Requests.subcommand(arguments)) ? CHANGE : NONE;
            case READ, WRITE, BLOCKING, STREAM_READ, STREAM_READ_GROUP, SUBSCRIPTION -> NONE;
        };
    }

    private static StateEffect ofTransaction(Command command) {
        if (command.equals(Command.MULTI)) {
            return MULTI;
        }
        if (command.equals(Command.EXEC)) {
            return EXEC;
        }
        if (command.equals(Command.DISCARD)) {
            return DISCARD;
        }
        return command.equals(Command.WATCH) ? WATCH : UNWATCH;
    }
}
