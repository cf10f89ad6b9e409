package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;

import io.netty.util.concurrent.EventExecutor;
import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** Whatever is a {@link Redis}: ours, and the stock client. */
final class VertxContestant implements Contestant {

    private final Misconduct misconduct = new Misconduct();
    private final Vertx vertx;
    private final Redis redis;
    private final Gaps gaps;
    private final List<Executor> loops;

    VertxContestant(int eventLoops, Function<Vertx, Redis> create) {
        this(eventLoops, create, new Gaps());
    }

    /** @param gaps is told by the client when messages may have been missed */
    VertxContestant(int eventLoops, Function<Vertx, Redis> create, Gaps gaps) {
        this.gaps = gaps;
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(eventLoops));
        redis = create.apply(vertx);
        // One context each: Vert.x gives them the loops in turn.
        loops = Stream.<Executor> generate(() -> {
            Context context = ((VertxInternal) vertx).createEventLoopContext();
            return task -> context.runOnContext(go -> task.run());
        }).limit(eventLoops).toList();
    }

    @Override
    public CompletionStage<Object> send(Call call) {
        return result(redis.send(request(call)), VertxContestant::value);
    }

    @Override
    public CompletionStage<Object> batch(List<Call> calls) {
        return result(redis.batch(calls.stream().map(VertxContestant::request).toList()),
                replies -> replies.stream().map(VertxContestant::value).toList());
    }

    @Override
    public boolean hasTransactions() {
        return true;
    }

    @Override
    public CompletionStage<Session> connect() {
        return redis.connect().<Session> map(connection -> new Session() {
            @Override
            public CompletionStage<Object> send(Call call) {
                return connection.send(request(call)).map(VertxContestant::value).toCompletionStage();
            }

            @Override
            public void close() {
                connection.close();
            }
        }).toCompletionStage();
    }

    private static Request request(Call call) {
        Request request = Request.cmd(Command.create(call.verb().name()));
        call.arguments().forEach(request::arg);
        return request;
    }

    private static Object value(Response reply) {
        if (reply == null) {
            return null;
        }
        return switch (reply.type()) {
            case NUMBER -> reply.toLong();
            case MULTI -> reply.stream().map(VertxContestant::value).toList();
            default -> reply.toString();
        };
    }

    private <T> CompletionStage<Object> result(Future<T> reply, Function<T, Object> read) {
        CompletionStage<Object> result = reply.map(read).toCompletionStage();
        // Only where a future has no context does anything but Vert.x see what its callback throws. It comes last: of the
        // callbacks of one future, it keeps those behind it from being called.
        misconduct.perhaps(callback -> Future.all(reply, Future.succeededFuture()).onComplete(done -> callback.run()));
        return result;
    }

    /** The stock client has no failures that tell whether a command was sent, but for a full pool, which sends nothing. */
    @Override
    public Fate fate(Throwable failure) {
        if (failure instanceof ErrorType error && isOfServer(error)) {
            return Fate.REFUSED;
        }
        if (failure instanceof CommandFailure ours) {
            return ours.sent() ? Fate.SENT : Fate.UNSENT;
        }
        return failure instanceof ConnectionPoolTooBusyException ? Fate.UNSENT : Fate.SENT;
    }

    /** The stock client makes errors of its own, which look like the server's, when a connection is lost. */
    private static boolean isOfServer(ErrorType error) {
        String message = error.getMessage();
        return !message.equals("CONNECTION_CLOSED") && !message.startsWith("ILLEGAL_STATE")
                && !message.startsWith("Invalid boolean");
    }

    @Override
    public void subscribe(String channel, Runnable onMessage) {
        RedisConnection connection = redis.connect().toCompletionStage().toCompletableFuture().join();
        connection.handler(message -> {
            if (message.size() > 0 && "message".equals(message.get(0).toString())) {
                onMessage.run();
            }
        });
        connection.send(Request.cmd(Command.SUBSCRIBE).arg(channel)).toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void subscribe(Subscribing how, List<String> channels, Subscriber subscriber) {
        gaps.add(subscriber::gap);
        RedisConnection connection = redis.connect().toCompletionStage().toCompletableFuture().join();
        connection.handler(message -> tell(message, subscriber));
        connection.endHandler(end -> subscriber.gap());
        Request request = Request.cmd(Command.create(how.name()));
        channels.forEach(request::arg);
        connection.send(request).toCompletionStage().toCompletableFuture().join();
    }

    private static void tell(Response message, Subscriber subscriber) {
        switch (message.size() < 3 ? "" : String.valueOf(message.get(0))) {
            case "message", "smessage" -> subscriber.message(message.get(1).toString(), message.get(2).toString());
            case "pmessage" -> subscriber.message(message.get(2).toString(), message.get(3).toString());
            default -> {
                // That it has subscribed.
            }
        }
    }

    @Override
    public OptionalInt timers() {
        int sum = 0;
        for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
            sum += ScheduledTasks.of(loop);
        }
        return OptionalInt.of(sum);
    }

    @Override
    public OptionalLong fallbackReads() {
        return redis instanceof MultiplexedRedis ours ? OptionalLong.of(ours.status().fallbackReads()) : OptionalLong.empty();
    }

    @Override
    public List<Executor> loops() {
        return loops;
    }

    @Override
    public void close() {
        redis.close();
    }

    @Override
    public void endLoops() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
