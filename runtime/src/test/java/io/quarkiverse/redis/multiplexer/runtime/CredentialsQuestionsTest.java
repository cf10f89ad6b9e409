package io.quarkiverse.redis.multiplexer.runtime;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.vertx.core.Future;

/** {@link CredentialsQuestions}, to a provider that blocks until the test answers. */
class CredentialsQuestionsTest {

    private static final RedisCredentials FIRST = new RedisCredentials("me", "first", null);
    private static final RedisCredentials SECOND = new RedisCredentials("me", "second", null);

    private final ExecutorService threads = CredentialsQuestions.threads();
    private final BlockingQueue<Future<RedisCredentials>> answers = new LinkedBlockingQueue<>();
    private final List<Thread> asked = new CopyOnWriteArrayList<>();
    private final CredentialsQuestions questions = questions(Duration.ofHours(1));

    private CredentialsQuestions questions(Duration patience) {
        return new CredentialsQuestions(this::answer, threads, patience);
    }

    private Future<RedisCredentials> answer() {
        asked.add(Thread.currentThread());
        try {
            return answers.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void whoAsksIsNotBlockedAndTheThreadIsNobodyElses() throws Exception {
        Future<RedisCredentials> answer = questions.get();
        assertFalse(answer.isComplete());
        answers.add(Future.succeededFuture(FIRST));
        assertSame(FIRST, await(answer));
        assertTrue(asked.get(0).isDaemon() && asked.get(0).getName().equals("redis-credentials"), asked.toString());
        assertSame(Thread.currentThread().getContextClassLoader(), asked.get(0).getContextClassLoader());
    }

    @Test
    void oneAnswerIsForAllWhoWaitForIt() throws Exception {
        Future<RedisCredentials> tooEarly = questions.get();
        Future<RedisCredentials> later = questions.get();
        answers.add(Future.succeededFuture(FIRST));
        assertSame(FIRST, await(tooEarly));
        assertSame(FIRST, await(later));
        assertEquals(1, asked.size());

        answers.add(Future.succeededFuture(SECOND));
        assertSame(SECOND, await(questions.get()));
        assertEquals(2, asked.size());
    }

    @Test
    void afterAFailureItIsAskedAgain() throws Exception {
        answers.add(Future.failedFuture("the vault is sealed"));
        assertEquals("the vault is sealed", awaitFailure(questions.get()).getMessage());
        answers.add(Future.succeededFuture(FIRST));
        assertSame(FIRST, await(questions.get()));
    }

    @Test
    void whatIsThrownIsTheFailure() throws Exception {
        CredentialsQuestions throwing = new CredentialsQuestions(() -> {
            throw new LinkageError("no vault");
        }, threads, Duration.ofHours(1));
        assertInstanceOf(LinkageError.class, awaitFailure(throwing.get()));
    }

    @Test
    void aQuestionThatIsNeverAnsweredDoesNotStandInTheWayForEver() throws Exception {
        CredentialsQuestions impatient = questions(Duration.ZERO);
        Future<RedisCredentials> never = impatient.get();
        awaitUntil(() -> asked.size() == 1);
        Future<RedisCredentials> next = impatient.get();
        assertEquals("interrupted", awaitFailure(never).getMessage());
        answers.add(Future.succeededFuture(FIRST));
        assertSame(FIRST, await(next));
    }

    @Test
    void nothingIsLeftOfAQuestionWhenTheApplicationStops() throws Exception {
        Future<RedisCredentials> never = questions.get();
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));
        assertInstanceOf(RuntimeException.class, awaitFailure(never));
        assertThrows(RejectedExecutionException.class, questions::get);
    }
}
