package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** A search that ends by hand. */
final class HandSearch implements PrimarySearch {

    Optional<Promise<Shard>> running = Optional.empty();
    Clues clues;
    int searches;
    Runnable hint;
    Error thrown;
    boolean closed;

    @Override
    public void begin(Runnable runnable) {
        hint = runnable;
    }

    @Override
    public Future<Shard> find(Clues given) {
        assertTrue(running.isEmpty(), "two searches at once");
        running = Optional.of(Promise.promise());
        clues = given;
        searches++;
        if (thrown != null) {
            running = Optional.empty();
            throw thrown;
        }
        return running.get().future();
    }

    Promise<Shard> end() {
        Promise<Shard> ended = running.orElseThrow();
        running = Optional.empty();
        return ended;
    }

    void finds(int port) {
        end().complete(new Shard(new Member(at(port), Health.ONLINE, ""), List.of()));
    }

    void fails(Throwable cause) {
        end().fail(cause);
    }

    @Override
    public NodeAddress address(SocketAddress server) {
        throw new IllegalStateException();
    }

    @Override
    public Optional<Verdict> verdict(ErrorType error, SocketAddress from) {
        throw new IllegalStateException();
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return Future.succeededFuture();
    }
}
