package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.redis.client.Command;
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
        Supplier<Future<Response>> calls = calls(operation);
        Handler<AsyncResult<Response>> handler = result -> {
            if (result.succeeded()) {
                caller.succeeded(length(result.result()));
            } else {
                caller.failed(result.cause());
            }
        };
        return () -> calls.get().onComplete(handler);
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        Supplier<Future<Response>> calls = calls(operation);
        return () -> {
            Waiter waiter = new Waiter();
            calls.get().onComplete(waiter);
            return length(waiter.get());
        };
    }

    private Supplier<Future<Response>> calls(Operation operation) {
        if (operation.kind() == Operation.Kind.TRANSACTION) {
            return new ConnectionTransaction(redis, operation)::run;
        }
        Supplier<Request> requests = requests(operation);
        return () -> redis.send(requests.get());
    }

    private static Supplier<Request> requests(Operation operation) {
        byte[] key = operation.keyBytes();
        switch (operation.kind()) {
            case GET:
                return () -> Request.cmd(Command.GET).arg(key);
            case SET:
                byte[] value = operation.valueBytes();
                return () -> Request.cmd(Command.SET).arg(key).arg(value);
            case MGET:
                byte[][] keys = operation.keysBytes();
                return () -> {
                    Request request = Request.cmd(Command.MGET);
                    for (byte[] each : keys) {
                        request.arg(each);
                    }
                    return request;
                };
            case EVAL:
                byte[] script = Operation.bytes(Operation.SCRIPT);
                return () -> Request.cmd(Command.EVAL).arg(script).arg(1).arg(key);
            default:
                throw new IllegalArgumentException(operation.toString());
        }
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
