package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.Set;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/** The place where a request may run. */
public enum Route {
    /** On a connection that is shared. */
    SHARED,
    /** On a connection lent for this one request, good for others afterwards. */
    BLOCKING,
    /** On a connection lent for this one request, closed afterwards. */
    CONNECTION_STATE,
    /** Only on a connection that the caller has for itself, and which knows whether a transaction is open. */
    TRANSACTION,
    /** The subscription hub. */
    SUBSCRIPTION,
    /** Nowhere: the server would not answer it, and what comes after it would get the replies of others. */
    NOWHERE;

    /** Of CLIENT: those that are about other connections than the one they are sent on. */
    private static final Set<String> SHAREABLE_CLIENT_SUBCOMMANDS = Set.of("list", "kill", "pause", "unpause", "unblock",
            "help");

    static Route of(Request request) {
        return of(CommandSpec.of(request), request);
    }

    /** @param spec of the request's command */
    public static Route of(CommandSpec spec, Request request) {
        return switch (spec.kind()) {
            case READ, WRITE -> SHARED;
            case BLOCKING, WAIT -> BLOCKING;
            case STREAM_READ, STREAM_READ_GROUP ->
                BlockingTime.blocks(spec, RequestAccess.arguments(request)) ? BLOCKING : SHARED;
            case CLIENT -> concernsOthers(RequestAccess.arguments(request)) ? SHARED : ofItsOwn(request);
            case SCRIPT -> Words.is("debug", RequestAccess.arguments(request), 0) ? CONNECTION_STATE : SHARED;
            case CONNECTION_STATE -> ofItsOwn(request);
            case TRANSACTION -> TRANSACTION;
            case SUBSCRIPTION -> SUBSCRIPTION;
        };
    }

    /** Whether CLIENT with these arguments is about other connections than the one that it is sent on. */
    static boolean concernsOthers(List<byte[]> arguments) {
        return SHAREABLE_CLIENT_SUBCOMMANDS.contains(Words.at(0, arguments));
    }

    private static Route ofItsOwn(Request request) {
        return Answering.mustNotBeSent(request, true) ? NOWHERE : CONNECTION_STATE;
    }

    /**
     * Where a batch may run, as one. A transaction inside of it may run on a shared connection if it is complete: nobody
     * else gets in between.
     */
    public static Route of(List<Request> batch) {
        Route result = SHARED;
        ConnectionTaint taint = new ConnectionTaint();
        for (int i = 0; i < batch.size(); i++) {
            Request request = batch.get(i);
            Route route = of(request);
            if (route == SUBSCRIPTION || route == NOWHERE) {
                return route;
            }
            if (route == CONNECTION_STATE && Answering.mustNotBeSent(request, i == 0)) {
                return NOWHERE;
            }
            if (route == CONNECTION_STATE || route == BLOCKING && result == SHARED) {
                result = route;
            }
            taint.assumed(StateEffect.of(request));
        }
        return taint.isClean() ? result : CONNECTION_STATE;
    }
}
