package io.quarkiverse.redis.multiplexer.runtime;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.RedisCredentialsProvider;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * Asks for the credentials of one client, on threads that neither event loops nor callers need, as the answer may take long.
 * The workers of Quarkus would not do: all of them may be waiting for the very connection that needs the credentials.
 * <p>
 * There is one question at a time. Whoever wants credentials meanwhile waits for its answer, too, so an answer that is too late
 * for one attempt to connect is there for the next one.
 * <p>
 * Thread-safe.
 */
final class CredentialsQuestions implements RedisCredentialsProvider {

    /** How long a question stands in the way of the next one; several attempts to connect fit into it. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Supplier<Future<RedisCredentials>> source;
    private final ExecutorService threads;
    private final Duration patience;
    /** One that has been answered, as long as nothing has been asked. */
    private Question latest = new Question(Future.failedFuture("nothing has been asked"), () -> {
    }, System.nanoTime());

    /** @param giveUp interrupts who is to answer */
    private record Question(Future<RedisCredentials> answer, Runnable giveUp, long since) {
    }

    /**
     * @param source gives credentials; may block
     * @param threads of the application, see {@link #threads}
     * @param patience after which a question that is not answered is given up for another one
     */
    CredentialsQuestions(Supplier<Future<RedisCredentials>> source, ExecutorService threads, Duration patience) {
        this.source = source;
        this.threads = threads;
        this.patience = patience;
    }

    /**
     * Makes threads as they are needed, for questions of the application that starts now. Whoever stops it has to shut them
     * down, as they may be blocked for ever.
     */
    static ExecutorService threads() {
        ClassLoader application = Thread.currentThread().getContextClassLoader();
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(null, task, "redis-credentials", 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(application);
            return thread;
        });
    }

    @Override
    public synchronized Future<RedisCredentials> get() {
        boolean answered = latest.answer().isComplete();
        boolean overdue = System.nanoTime() - latest.since() >= patience.toNanos();
        if (overdue && !answered) {
            latest.giveUp().run();
        }
        if (overdue || answered) {
            latest = ask();
        }
        return latest.answer();
    }

    private Question ask() {
        Promise<RedisCredentials> answer = Promise.promise();
        java.util.concurrent.Future<?> asking = threads.submit(() -> {
            try {
                source.get().onComplete(answer);
            } catch (Throwable e) {
                answer.tryFail(e);
            }
        });
        return new Question(answer.future(), () -> asking.cancel(true), System.nanoTime());
    }
}
