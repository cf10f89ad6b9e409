package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;

/** {@link Redis#send} of whichever implementation. Those who block wait on a latch: no way to wait for a future is cheaper. */
final class VertxContestant implements Contestant {

    private final Redis redis;

    VertxContestant(Redis redis) {
        this.redis = redis;
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        if (operation.kind() == Operation.Kind.XADD_PIPELINE) {
            Supplier<Request> entries = VertxRequests.of(operation);
            return repeated(() -> redis.batch(several(entries, operation.replyBytes())), List::size, caller);
        }
        return repeated(calls(operation), length(operation), caller);
    }

    private static List<Request> several(Supplier<Request> requests, int count) {
        List<Request> several = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            several.add(requests.get());
        }
        return several;
    }

    private static <T> Runnable repeated(Supplier<Future<T>> calls, ToIntFunction<T> length, Caller caller) {
        Handler<AsyncResult<T>> handler = result -> {
            if (result.succeeded()) {
                caller.succeeded(length.applyAsInt(result.result()));
            } else {
                caller.failed(result.cause());
            }
        };
        return () -> calls.get().onComplete(handler);
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        Supplier<Future<Response>> calls = calls(operation);
        ToIntFunction<Response> length = length(operation);
        return () -> {
            Waiter waiter = new Waiter();
            calls.get().onComplete(waiter);
            return length.applyAsInt(waiter.get());
        };
    }

    @Override
    public CompletionStage<?> subscribe(Topic topic, Subscriber subscriber) {
        return VertxSubscription.begin(redis, topic, subscriber);
    }

    private Supplier<Future<Response>> calls(Operation operation) {
        switch (operation.kind()) {
            case TRANSACTION:
                return new ConnectionTransaction(redis, operation)::run;
            case CONSUME, POLL:
                return new VertxConsumer(redis, operation)::run;
            case HAND_OVER:
                return new VertxHandOver(redis, operation)::run;
            default:
                Supplier<Request> requests = VertxRequests.of(operation);
                return () -> redis.send(requests.get());
        }
    }

    private static ToIntFunction<Response> length(Operation operation) {
        return operation.kind() == Operation.Kind.XADD ? id -> 0 : VertxContestant::length;
    }

    private static int length(Response response) {
        switch (response.type()) {
            case BULK:
                return response.toBytes().length;
            case MULTI:
                int sum = 0;
                for (Response element : response) {
                    sum += element.type() == ResponseType.NUMBER ? 1 : element.toBytes().length;
                }
                return sum;
            default:
                return 0;
        }
    }

    @Override
    public void close() {
        redis.close();
    }

    private static final class Waiter extends CountDownLatch implements Handler<AsyncResult<Response>> {

        private AsyncResult<Response> result;

        Waiter() {
            super(1);
        }

        @Override
        public void handle(AsyncResult<Response> outcome) {
            result = outcome;
            countDown();
        }

        Response get() throws Exception {
            await();
            if (result.failed()) {
                throw new IllegalStateException(result.cause());
            }
            return result.result();
        }
    }
}
