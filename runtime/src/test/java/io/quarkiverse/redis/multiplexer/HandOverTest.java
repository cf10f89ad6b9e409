package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** The order of what one sends from a thread, and then from the event loop that the thread has handed over to. */
class HandOverTest {

    private static final int ROUNDS = 2000;

    @RegisterExtension
    final RealRedis real = new RealRedis();

    /** Other threads keep commands on their way to the same event loop all the time. */
    @Test
    void itIsKeptWhileOthersAreBusyOnTheSameLane() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1));
        // Of the one lane: the first one that is used makes it.
        Context context = real.vertx().getOrCreateContext();
        await(redis.send(request(Command.PING)));
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Semaphore room = new Semaphore(50);
            Thread other = new Thread(() -> {
                while (!over.get()) {
                    room.acquireUninterruptibly();
                    redis.send(request(Command.PING)).onComplete(pong -> room.release());
                }
            });
            other.start();
            others.add(other);
        }
        List<Integer> overtaken = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            String value = String.valueOf(i);
            Promise<Response> read = Promise.promise();
            redis.send(request(Command.SET, "key", value));
            context.runOnContext(handedOver -> redis.send(request(Command.GET, "key")).onComplete(read));
            Future<Response> got = read.future();
            if (!value.equals(String.valueOf(await(got)))) {
                overtaken.add(i);
            }
        }
        over.set(true);
        for (Thread other : others) {
            other.join();
        }

        assertEquals(List.of(), overtaken);
    }
}
