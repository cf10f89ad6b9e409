package io.quarkiverse.redis.multiplexer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

class LimitedContestantTest {

    private final Silent client = new Silent();

    @Test
    void isGivenSoManyCallsAtATimeInTheirOrder() throws Exception {
        Contestant limited = new LimitedContestant(client, 2, Duration.ofSeconds(20));
        CompletionStage<Object> first = limited.send(get("1"));
        limited.batch(List.of(get("2"), get("3")));
        CompletionStage<Object> third = limited.send(get("4"));
        limited.send(get("5"));
        assertEquals(List.of(List.of(get("1")), List.of(get("2"), get("3"))), client.calls);
        client.replies.get(0).complete("one");
        assertEquals("one", first.toCompletableFuture().get(10, TimeUnit.SECONDS));
        assertEquals(List.of(get("4")), client.calls.get(2));
        assertEquals(3, client.calls.size());
        client.replies.get(2).completeExceptionally(new IllegalStateException());
        assertEquals(List.of(get("5")), client.calls.get(3));
        assertEquals(true, third.toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void aCallThatIsNeverAnsweredDoesNotKeepOthersForEver() throws Exception {
        Contestant limited = new LimitedContestant(client, 1, Duration.ofMillis(50));
        CompletionStage<Object> first = limited.send(get("1"));
        CompletableFuture<Object> second = limited.send(get("2")).toCompletableFuture();
        while (client.calls.size() < 2) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        client.replies.get(1).complete("two");
        assertEquals("two", second.get(10, TimeUnit.SECONDS));
        assertFalse(first.toCompletableFuture().isDone());
    }

    private static Call get(String key) {
        return Call.of(Verb.GET, key);
    }

    /** Answers when it is told to. */
    private static final class Silent implements Contestant {

        final List<List<Call>> calls = Collections.synchronizedList(new ArrayList<>());
        final List<CompletableFuture<Object>> replies = Collections.synchronizedList(new ArrayList<>());

        @Override
        public CompletionStage<Object> send(Call call) {
            return batch(List.of(call));
        }

        @Override
        public CompletionStage<Object> batch(List<Call> some) {
            replies.add(new CompletableFuture<>());
            calls.add(some);
            return replies.get(replies.size() - 1);
        }

        @Override
        public boolean hasTransactions() {
            return false;
        }

        @Override
        public CompletionStage<Contestant.Session> connect() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Fate fate(Throwable failure) {
            return Fate.UNSENT;
        }

        @Override
        public void subscribe(String channel, Runnable onMessage) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Executor> loops() {
            return List.of();
        }

        @Override
        public void close() {
            // Nothing is open.
        }

        @Override
        public void endLoops() {
            // There are none.
        }
    }
}
