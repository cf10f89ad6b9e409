package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.vertx.core.Promise;

/**
 * Those who wait until something is known, and no longer than a command may. Whoever is told may come again at once. Used on
 * one event loop.
 */
final class Waiters {

    private record Waiter(Promise<Void> promise, UnavailablePolicy unavailable, LoopTimer deadline) {
    }

    private final EventLoop loop;
    private final long millis;
    private final Supplier<Throwable> overdue;
    private final List<Waiter> waiters = new ArrayList<>();

    /**
     * @param millis how long anybody waits
     * @param overdue what whoever has waited for so long fails with
     */
    Waiters(EventLoop loop, long millis, Supplier<Throwable> overdue) {
        this.loop = loop;
        this.millis = millis;
        this.overdue = overdue;
    }

    /**
     * Has somebody wait, or fails him at once.
     *
     * @param unavailable whether to go on waiting when it cannot be known now, but may be known later
     * @param trouble why it cannot be known now; empty if that may be found out soon
     */
    void add(Promise<Void> promise, UnavailablePolicy unavailable, Optional<Throwable> trouble) {
        if (trouble.filter(cause -> !goesOn(unavailable, cause)).isPresent()) {
            Guard.fail(promise, trouble.get());
            return;
        }
        Waiter waiter = new Waiter(promise, unavailable, new LoopTimer(loop));
        waiter.deadline.plan(() -> tell(waiter::equals, late -> Guard.fail(late, overdue.get())), millis);
        waiters.add(waiter);
    }

    /** It is known. */
    void complete() {
        tell(waiter -> true, waiter -> Guard.complete(waiter, null));
    }

    /** It cannot be known now. */
    void fail(Throwable cause) {
        tell(waiter -> !goesOn(waiter.unavailable, cause), waiter -> Guard.fail(waiter, cause));
    }

    /** Whether one waits on after the cause. */
    private static boolean goesOn(UnavailablePolicy unavailable, Throwable cause) {
        return unavailable == UnavailablePolicy.QUEUE && !Failures.isFinal(cause);
    }

    /** It will never be known. */
    void end(Throwable cause) {
        tell(waiter -> true, waiter -> Guard.fail(waiter, cause));
    }

    private void tell(Predicate<Waiter> who, Consumer<Promise<Void>> word) {
        List<Waiter> told = waiters.stream().filter(who).toList();
        waiters.removeIf(who);
        told.forEach(waiter -> {
            waiter.deadline.cancel();
            word.accept(waiter.promise);
        });
    }
}
