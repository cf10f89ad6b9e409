package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.Set;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/** The effect of a request on the state of its connection, if the server accepts it. */
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

    /** Whether it ends a transaction, if the server accepts it. */
    boolean endsTransaction() {
        return this == EXEC || this == DISCARD || this == RESET;
    }

    /** Whether what comes behind it belongs to it. */
    boolean beginsBlock() {
        return this == MULTI || this == WATCH;
    }

    static StateEffect of(Request request) {
        return of(CommandSpec.of(request), RequestAccess.arguments(request));
    }

    /** @param arguments may be left out of commands that have no {@linkplain CommandSpec#hasSubcommand subcommand} */
    static StateEffect of(CommandSpec spec, List<byte[]> arguments) {
        return switch (spec.kind()) {
            case TRANSACTION -> ofTransaction(spec.special());
            case CONNECTION_STATE -> spec.special() == SpecialCommand.RESET ? RESET : CHANGE;
            case CLIENT -> Route.concernsOthers(arguments) || CLIENT_QUESTIONS.contains(Words.at(0, arguments)) ? NONE : CHANGE;
            case SCRIPT -> Words.is("debug", arguments, 0) ? CHANGE : NONE;
            case READ, WRITE, BLOCKING, WAIT, STREAM_READ, STREAM_READ_GROUP, SUBSCRIPTION -> NONE;
        };
    }

    private static StateEffect ofTransaction(SpecialCommand command) {
        return switch (command) {
            case MULTI -> MULTI;
            case EXEC -> EXEC;
            case DISCARD -> DISCARD;
            case WATCH -> WATCH;
            case UNWATCH -> UNWATCH;
            default -> throw new IllegalArgumentException(command + " is of no transaction");
        };
    }
}
