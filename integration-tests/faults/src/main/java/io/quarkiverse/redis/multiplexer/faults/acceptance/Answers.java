package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** One call after the other, each waited for. */
final class Answers {

    private static final long LATE_SECONDS = Ground.DEADLINE.toSeconds() + 1;

    private final Contestant client;

    Answers(Contestant client) {
        this.client = client;
    }

    /** A reply, or the failure of a command that has none. */
    Object of(Verb verb, String... arguments) throws InterruptedException {
        return await(() -> client.send(Call.of(verb, arguments)));
    }

    static Object await(Supplier<CompletionStage<Object>> call) throws InterruptedException {
        try {
            return call.get().toCompletableFuture().copy().get(LATE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return Failures.cause(e.getCause());
        } catch (TimeoutException e) {
            return e;
        } catch (RuntimeException e) {
            return e;
        }
    }

    /** In words that can be compared. */
    static String words(Object answer) {
        return answer instanceof Throwable failure ? Failures.words(failure) : String.valueOf(answer);
    }
}
