package io.quarkiverse.redis.multiplexer.showcase;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.jboss.logging.Logger;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Takes numbers from a queue, one at a time and for as long as the application runs, and records their prime factors. While
 * it waits for a number, its BLPOP has a connection to itself, and the event loop is free.
 * <p>
 * At the stop, the client ends the BLPOP that is in flight, so that there is nothing to wait for. A number that was taken
 * at that very moment is lost; a queue that may lose nothing would use BLMOVE.
 */
@ApplicationScoped
public class JobWorker {

    static final String QUEUE = "showcase:jobs";
    static final String DONE = "showcase:jobs:done";

    private static final Logger LOG = Logger.getLogger(JobWorker.class);
    private static final String WAIT_SECONDS = "10";
    private static final long PAUSE_MILLIS = 500;
    private static final String LAST_RECORD = "49";

    private final Vertx vertx;
    private final Redis redis;
    private final RedisAPI commands;
    private volatile boolean stopping;
    /** So that an outage is logged once, not at each attempt. */
    private volatile boolean failing;

    JobWorker(Vertx vertx, Redis redis, RedisAPI commands) {
        this.vertx = vertx;
        this.redis = redis;
        this.commands = commands;
    }

    void onStart(@Observes StartupEvent event) {
        takeNext();
    }

    void onStop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    private void takeNext() {
        commands.blpop(List.of(QUEUE, WAIT_SECONDS)).compose(this::handle).onComplete(this::goOn);
    }

    /** @param taken the queue and the number; {@code null} if there was none for a while */
    private Future<?> handle(Response taken) {
        return taken == null ? Future.succeededFuture() : record(taken.get(1).toLong());
    }

    private Future<?> record(long number) {
        String record = new JsonObject()
                .put("number", number)
                .put("factors", PrimeFactors.of(number))
                .put("thread", Thread.currentThread().getName())
                .encode();
        return redis.batch(List.of(
                Request.cmd(Command.LPUSH).arg(DONE).arg(record),
                Request.cmd(Command.LTRIM).arg(DONE).arg("0").arg(LAST_RECORD)));
    }

    private void goOn(AsyncResult<?> job) {
        if (stopping) {
            return;
        }
        if (job.succeeded()) {
            failing = false;
            takeNext();
        } else {
            if (!failing) {
                failing = true;
                LOG.warnf("Waiting for jobs failed; trying again every %d ms: %s", PAUSE_MILLIS, job.cause().getMessage());
            }
            vertx.setTimer(PAUSE_MILLIS, timer -> {
                if (!stopping) {
                    takeNext();
                }
            });
        }
    }
}
