package io.quarkiverse.redis.multiplexer.callback;

import static io.quarkiverse.redis.multiplexer.RealRedis.request;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;

/** The ways to call the client, by what the engine has for them. */
enum CallKind {

    /** On a lane. */
    SEND {
        @Override
        Call prepare(Scene scene, Ending ending) {
            MultiplexedRedis redis = scene.redis();
            return calling(() -> List.of(redis.send(ending == Ending.ERROR_REPLY ? REFUSED : set(scene))));
        }
    },
    /** On a lane, too. */
    BATCH {
        @Override
        Call prepare(Scene scene, Ending ending) {
            MultiplexedRedis redis = scene.redis();
            return calling(() -> List.of(redis.batch(List.of(set(scene),
                    ending == Ending.ERROR_REPLY ? REFUSED : request(Command.PING)))));
        }
    },
    /** On a lane, through a connection that has not been promoted. */
    CONNECTION {
        @Override
        Call prepare(Scene scene, Ending ending) throws Exception {
            RedisConnection connection = scene.connect();
            return calling(connection,
                    () -> List.of(connection.send(ending == Ending.ERROR_REPLY ? REFUSED : set(scene))));
        }
    },
    /** On a dedicated connection that the caller has already; where all are taken, on one that it does not get. */
    TRANSACTION {
        @Override
        Call prepare(Scene scene, Ending ending) throws Exception {
            // One whose promotion fails is of no use any more.
            RedisConnection connection = ending == Ending.REFUSAL ? scene.connect()
                    : RealRedis.eventually(() -> scene.redis().connect().compose(fresh -> fresh
                            .send(request(Command.WATCH, "string")).map(fresh).onFailure(failed -> fresh.close())));
            return calling(connection, () -> {
                List<Future<?>> replies = new ArrayList<>();
                replies.add(connection.send(request(Command.WATCH, "string")));
                replies.add(connection.send(request(Command.MULTI)));
                replies.add(connection.send(ending == Ending.ERROR_REPLY ? request(Command.MULTI) : set(scene)));
                replies.add(connection.send(request(Command.EXEC)));
                return replies;
            });
        }
    },
    /** On a dedicated connection that it is to get. */
    BLOCKING {
        @Override
        Call prepare(Scene scene, Ending ending) {
            MultiplexedRedis redis = scene.redis();
            return calling(() -> List.of(redis.send(
                    request(Command.BLPOP, ending == Ending.ERROR_REPLY ? "string" : scene.freshName(), "0.05"))));
        }
    },
    /** On the hub. */
    SUBSCRIPTION {
        @Override
        Call prepare(Scene scene, Ending ending) throws Exception {
            RedisConnection connection = scene.connect();
            return calling(connection, () -> List.of(connection.send(
                    request(Command.SUBSCRIBE, ending == Ending.ERROR_REPLY ? "forbidden" : scene.freshName()))));
        }
    };

    /** By its answer: the key has a value of another type. */
    private static final Request REFUSED = request(Command.LPUSH, "string", "element");

    /** What is ready to be called, on whatever thread, and more than once. */
    record Call(Supplier<List<Future<?>>> making, Runnable closing) {

        List<Future<?>> make() {
            return making.get();
        }

        /** Gives back what it was prepared with. */
        void close() {
            closing.run();
        }
    }

    /** Makes ready what needs a server that answers. @param ending how the call is meant to end */
    abstract Call prepare(Scene scene, Ending ending) throws Exception;

    private static Request set(Scene scene) {
        return request(Command.SET, scene.freshName(), "value");
    }

    private static Call calling(Supplier<List<Future<?>>> making) {
        return new Call(making, () -> {
        });
    }

    private static Call calling(RedisConnection connection, Supplier<List<Future<?>>> making) {
        return new Call(making, connection::close);
    }
}
