package io.quarkiverse.redis.multiplexer.monitored;

import java.net.ConnectException;
import java.time.Duration;
import java.util.function.Supplier;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.quarkiverse.redis.multiplexer.monitored.Price.Origin;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.mutiny.redis.client.Command;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.RedisConnection;
import io.vertx.mutiny.redis.client.Request;

/**
 * Uses Redis as the extension {@code quarkus-redis-cache} does: looks, and stores what it did not find, on one connection;
 * and does without the cache when there is none.
 */
@Singleton
class PriceCache {

    private final Redis redis;
    private final Duration timeToLive;

    PriceCache(Redis redis, @ConfigProperty(name = "monitored.time-to-live") Duration timeToLive) {
        this.redis = redis;
        this.timeToLive = timeToLive;
    }

    /** @param computation of the price that is not there, in cents */
    Uni<Price> get(String article, Supplier<Uni<Long>> computation) {
        return redis.connect()
                .flatMap(connection -> look(connection, article, computation)
                        .onTermination().call(connection::close))
                .onFailure(PriceCache::isUnreachable)
                .recoverWithUni(unreachable -> computation.get()
                        .map(cents -> new Price(article, cents, Origin.WITHOUT_CACHE)));
    }

    Uni<Void> invalidate(String article) {
        return redis.send(Request.cmd(Command.DEL).arg(key(article))).replaceWithVoid();
    }

    private Uni<Price> look(RedisConnection connection, String article, Supplier<Uni<Long>> computation) {
        return connection.send(Request.cmd(Command.GET).arg(key(article)))
                .onItem().ifNotNull().transform(cents -> new Price(article, cents.toLong(), Origin.CACHED))
                .onItem().ifNull().switchTo(() -> computation.get()
                        .call(cents -> connection.send(Request.cmd(Command.SET).arg(key(article)).arg(cents)
                                .arg("PX").arg(timeToLive.toMillis())))
                        .map(cents -> new Price(article, cents, Origin.COMPUTED)));
    }

    private static boolean isUnreachable(Throwable failure) {
        return failure instanceof ConnectException || failure instanceof ConnectionPoolTooBusyException;
    }

    private static String key(String article) {
        return "cache:prices:" + article;
    }
}
