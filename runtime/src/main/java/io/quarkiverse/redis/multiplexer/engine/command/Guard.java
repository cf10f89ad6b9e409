package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.function.Supplier;

import org.jboss.logging.Logger;

import io.netty.util.concurrent.EventExecutor;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * Runs code that is not the engine's: callbacks of callers, listeners, metrics and tracers. Completing a promise runs such
 * code, too: on the caller's context, and within this call if that is the current thread's. Where a future has no context
 * ({@code Future.all(..)}, {@code Promise.promise()}), what its listeners throw comes out of
 * {@link Promise#complete(Object)}.
 * <p>
 * Contract: nothing that such code throws, an {@link Error} included, leaves a method of this class; it is logged. The
 * caller of these methods has finished changing its own state, and is not walking a collection: such code may call the
 * client again.
 */
public final class Guard {

    private static final Logger LOG = Logger.getLogger("io.quarkiverse.redis.multiplexer");

    private Guard() {
    }

    /** @param what is run, for the log */
    public static void run(String what, Runnable code) {
        try {
            code.run();
        } catch (Throwable e) {
            report(what, e);
        }
    }

    /** The same, which needs memory for the words only if there is something to log. @param whose it is, such as a lane */
    public static void run(String whose, String what, Runnable code) {
        try {
            code.run();
        } catch (Throwable e) {
            report(whose, what, e);
        }
    }

    /** What {@code code} gives; if it throws, as when there is no memory, that is a failure like any other. */
    public static <T> Future<T> future(Supplier<Future<T>> code) {
        try {
            return code.get();
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }

    /** Runs {@code code} in a task of its own on {@code loop}, or at once if the loop takes no more tasks. */
    public static void later(EventExecutor loop, Runnable code) {
        try {
            loop.execute(() -> run("a caller's handler", code));
        } catch (Throwable e) {
            // It is shut down, or there is no memory for one more task.
            run("a caller's handler", code);
        }
    }

    public static <T> void complete(Promise<T> promise, T result) {
        try {
            promise.complete(result);
        } catch (Throwable e) {
            report("a caller's handler of a result", e);
        }
    }

    public static void fail(Promise<?> promise, Throwable cause) {
        try {
            promise.fail(cause);
        } catch (Throwable e) {
            report("a caller's handler of a failure", e);
        }
    }

    /** Logs what was thrown. @param what threw it */
    public static void report(String what, Throwable thrown) {
        try {
            LOG.errorf(Printable.failure(thrown), "Failed: %s", what);
        } catch (Throwable e) {
            // There is no memory, or no stack, even to tell of it; the command has been completed all the same.
            return;
        }
    }

    /** The same. @param whose it is, such as a lane */
    public static void report(String whose, String what, Throwable thrown) {
        try {
            report(whose + ": " + what, thrown);
        } catch (Throwable e) {
            // There is no memory for the words.
            report(what, thrown);
        }
    }
}
