package io.quarkiverse.redis.multiplexer.model;

import static io.quarkiverse.redis.multiplexer.RealRedis.request;

import java.util.List;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.model.Call.Increment;
import io.quarkiverse.redis.multiplexer.model.Call.Push;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * One actor's transactions, on keys that all actors share: two elements that one transaction adds are beside each other, two
 * keys that are set together are always the same for whoever looks, what is sent before and behind a transaction stays there,
 * and nothing is done by one that was discarded, left, or in another database.
 */
final class Transactions {

    /** Gets its elements in pairs. */
    static final String PAIRS = "pairs";
    /** Gets elements of transactions whose commands are sent before their MULTI is answered. */
    static final String PIPELINED = "pipelined";
    /** Is read and written by transactions that watch it. */
    static final String WATCHED = "watched";
    /** Are set together only. */
    private static final List<String> TWINS = List.of("twin:one", "twin:other");
    /** Is incremented before, in and behind transactions. */
    private static final String SEQUENCE = "sequence";
    /** Is in another database. */
    static final String ELSEWHERE = "elsewhere";

    private final Actor actor;
    private final Redis redis;

    Transactions(Actor actor, Redis redis) {
        this.actor = actor;
        this.redis = redis;
    }

    void perform(int choice) {
        actor.watch(actor.call("connect"), redis::connect, connection -> {
            Future<?> end = switch (choice % 8) {
                case 0 -> pair(connection, Command.EXEC);
                case 1 -> pair(connection, Command.DISCARD);
                case 2 -> pair(connection, Command.PING);
                case 3 -> pipelined(connection);
                case 4 -> watched(connection);
                case 5 -> twins(connection);
                case 6 -> sequence(connection);
                default -> elsewhere(connection);
            };
            end.onComplete(done -> actor.watch(actor.call("close"), connection::close, closed -> {
            }));
        });
    }

    void inOneBatch() {
        Push first = new Push(PAIRS, actor.freshToken());
        Push second = new Push(PAIRS, actor.freshToken());
        List<Request> requests = List.of(request(Command.MULTI), Actor.push(first), Actor.push(second), request(Command.EXEC));
        actor.watch(actor.call("transaction in a batch", first, second), () -> redis.batch(requests),
                replies -> expectPair(replies.get(3)));
    }

    /** @param end if it is not EXEC, the transaction is never executed */
    private Future<?> pair(RedisConnection connection, Command end) {
        Push first = new Push(PAIRS, actor.freshToken());
        Push second = new Push(PAIRS, actor.freshToken());
        Call transaction = actor.call("transaction ended by " + end, first, second);
        return send(connection, request(Command.MULTI), "OK")
                .compose(ok -> send(connection, Actor.push(first), "QUEUED"))
                .compose(ok -> send(connection, Actor.push(second), "QUEUED"))
                .transform(queued -> {
                    if (queued.succeeded() && end == Command.EXEC) {
                        return actor.watch(transaction, () -> connection.send(request(end)), Transactions::expectPair);
                    }
                    neverExecuted(transaction);
                    return queued.failed() ? Future.failedFuture(queued.cause())
                            : send(connection, request(end), end == Command.DISCARD ? "OK" : "QUEUED");
                });
    }

    private Future<?> pipelined(RedisConnection connection) {
        Push push = new Push(PIPELINED, actor.freshToken());
        Call transaction = actor.call("pipelined transaction", push);
        // If MULTI is refused, the server executes the command by itself.
        send(connection, request(Command.MULTI), "OK");
        send(connection, Actor.push(push), null);
        return actor.watch(transaction, () -> connection.send(request(Command.EXEC)), replies -> {
            Actor.expectNumber(replies.get(0));
        });
    }

    private Future<?> watched(RedisConnection connection) {
        Increment increment = new Increment(WATCHED);
        Call transaction = actor.call("transaction that watches", increment);
        return send(connection, request(Command.WATCH, WATCHED), "OK")
                .compose(ok -> send(connection, request(Command.GET, WATCHED), null))
                .compose(number -> send(connection, request(Command.MULTI), "OK").map(number))
                .compose(number -> send(connection, request(Command.SET, WATCHED, number == null ? 1 : number.toLong() + 1),
                        "QUEUED"))
                .transform(queued -> {
                    if (queued.failed()) {
                        neverExecuted(transaction);
                        return Future.failedFuture(queued.cause());
                    }
                    return actor.watch(transaction, () -> connection.send(request(Command.EXEC)), replies -> {
                        if (replies == null) {
                            increment.reply = Increment.ABORTED;
                        } else {
                            Actor.expect("OK", replies.get(0));
                        }
                    });
                });
    }

    /** Somebody looks before, meanwhile and behind, not on the connection. */
    private Future<?> twins(RedisConnection connection) {
        String token = actor.freshToken();
        look();
        return send(connection, request(Command.MULTI), "OK")
                .compose(ok -> send(connection, request(Command.SET, TWINS.get(0), token), "QUEUED"))
                .compose(ok -> send(connection, request(Command.SET, TWINS.get(1), token), "QUEUED"))
                .compose(ok -> {
                    look();
                    Future<Response> executed = send(connection, request(Command.EXEC), "[OK, OK]");
                    look();
                    return executed;
                });
    }

    private void look() {
        actor.watch(actor.call("look at twins"), () -> redis.send(request(Command.MGET, TWINS.toArray())),
                both -> expectSame(both.get(0), both.get(1)));
    }

    private static void expectSame(Response one, Response other) {
        if (!String.valueOf(one).equals(String.valueOf(other))) {
            throw new IllegalArgumentException("half of a transaction: " + one + " and " + other);
        }
    }

    /** All of it is sent at once. */
    private Future<?> sequence(RedisConnection connection) {
        Request increment = request(Command.INCR, SEQUENCE);
        Future<Response> before = send(connection, increment, null);
        send(connection, request(Command.MULTI), "OK");
        send(connection, increment, null);
        send(connection, increment, null);
        Future<Response> executed = send(connection, request(Command.EXEC), null);
        return actor.watch(actor.call("INCR behind a transaction"), () -> connection.send(increment), behind -> {
            if (before.succeeded() && executed.succeeded()) {
                long first = Actor.expectNumber(executed.result().get(0));
                long second = Actor.expectNumber(executed.result().get(1));
                if (before.result().toLong() >= first || second != first + 1 || behind.toLong() <= second) {
                    throw new IllegalArgumentException("a transaction on " + first + " and " + second + " was between "
                            + before.result() + " and " + behind);
                }
            }
        });
    }

    private Future<?> elsewhere(RedisConnection connection) {
        return send(connection, request(Command.SELECT, 1), "OK")
                .compose(ok -> send(connection, request(Command.RPUSH, ELSEWHERE, actor.freshToken()), null));
    }

    /** @param expected {@code null} for anything */
    private Future<Response> send(RedisConnection connection, Request request, String expected) {
        Consumer<Response> check = expected == null ? reply -> {
        } : reply -> Actor.expect(expected, reply);
        return actor.watch(actor.call(request.command() + " on a connection"), () -> connection.send(request), check);
    }

    private void neverExecuted(Call transaction) {
        transaction.begin();
        transaction.complete(Future.failedFuture(ErrorType.create("ERR it has no end")));
        actor.add(transaction);
    }

    private static void expectPair(Response replies) {
        if (Actor.expectNumber(replies.get(0)) + 1 != Actor.expectNumber(replies.get(1))) {
            throw new IllegalArgumentException("another command came between the two of a transaction: " + replies);
        }
    }
}
