package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.vertx.core.Promise;

/** Those who wait until something is known. Whoever is told may come again at once. Used on one event loop. */
final class Waiters {

    private final List<Promise<Void>> promises = new ArrayList<>();

    void add(Promise<Void> promise) {
        promises.add(promise);
    }

    /** It is known. */
    void complete() {
        forAll(waiter -> Guard.complete(waiter, null));
    }

    /** It cannot be known now. */
    void fail(Throwable cause) {
        forAll(waiter -> Guard.fail(waiter, cause));
    }

    private void forAll(Consumer<Promise<Void>> word) {
        List<Promise<Void>> taken = List.copyOf(promises);
        promises.clear();
        taken.forEach(word);
    }
}
