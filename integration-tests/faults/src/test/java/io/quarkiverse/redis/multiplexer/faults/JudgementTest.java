package io.quarkiverse.redis.multiplexer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.netty.buffer.PooledByteBufAllocator;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The judges see what is wrong, and nothing where nothing is. */
class JudgementTest {

    private static final String LIST = "list:0";

    private static LeakCounter leaks;

    private final Ledger ledger = new Ledger();
    private RedisServer server;
    private RespClient client;

    @BeforeAll
    static void countLeaks() {
        leaks = LeakCounter.install();
    }

    @BeforeEach
    void start() {
        server = RedisServer.start();
        client = server.client();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void whatIsAcknowledgedAndThereIsRight() {
        Step increment = ledger.increment(0);
        assertTrue(increment.acknowledged(execute(increment)));
        Step first = ledger.push(0);
        first.acknowledged(execute(first));
        Step second = ledger.push(0);
        second.acknowledged(execute(second));
        assertTrue(ledger.pop(0).acknowledged(client.call("LPOP", LIST)));
        judge(0, 0);
    }

    @Test
    void whatFailedAsSentMayBeThereOrNot() {
        Step executed = ledger.increment(0);
        execute(executed);
        executed.failed(Fate.SENT);
        ledger.increment(0).failed(Fate.SENT);
        Step pushed = ledger.push(0);
        pushed.acknowledged(execute(pushed));
        client.call("LPOP", LIST);
        ledger.pop(0).failed(Fate.SENT);
        judge(0, 0);
    }

    @Test
    void anIncrementThatWasAcknowledgedAndIsNotThereIsLost() {
        ledger.increment(0).acknowledged(1L);
        judge(1, 0);
    }

    @Test
    void anIncrementThatIsThereTwiceIsDoubled() {
        Step increment = ledger.increment(0);
        execute(increment);
        increment.acknowledged(execute(increment));
        judge(0, 1);
    }

    @Test
    void anIncrementThatFailedAsUnsentAndIsThereIsDoubled() {
        Step increment = ledger.increment(0);
        execute(increment);
        increment.failed(Fate.UNSENT);
        judge(0, 1);
    }

    @Test
    void twoIncrementsWithTheSameNumberAreNotBothRight() {
        assertTrue(ledger.increment(0).acknowledged(1L));
        assertFalse(ledger.increment(0).acknowledged(1L));
    }

    @Test
    void anElementThatWasPushedAndIsNowhereIsLost() {
        ledger.push(0).acknowledged(1L);
        judge(1, 0);
    }

    @Test
    void anElementThatIsPoppedTwiceIsDoubled() {
        Step push = ledger.push(0);
        push.acknowledged(1L);
        ledger.pop(0).acknowledged(argument(push));
        ledger.pop(0).acknowledged(argument(push));
        judge(0, 1);
    }

    @Test
    void anElementThatIsPoppedAndStillThereIsDoubled() {
        Step push = ledger.push(0);
        push.acknowledged(execute(push));
        ledger.pop(0).acknowledged(argument(push));
        judge(0, 1);
    }

    @Test
    void aValueOfAnotherKeyIsNotTaken() {
        Caller caller = new Caller(7, ledger, new SplittableRandom(1), 0);
        Step get = next(caller, Verb.GET);
        assertTrue(get.acknowledged(null));
        assertFalse(get.acknowledged(new Value("key:8", 1, 0).text()));
        assertFalse(get.acknowledged("OK"));
    }

    @Test
    void aLargeValueOfWhichAPartIsMissingOrAnothersIsNotTaken() {
        Caller caller = new Caller(7, ledger, new SplittableRandom(1), 1_000_000);
        Step set = next(caller, Verb.SET);
        String value = argument(set);
        assertTrue(value.length() > 10_000);
        set.acknowledged("OK");
        assertTrue(next(caller, Verb.GET).acknowledged(value));
        assertFalse(next(caller, Verb.GET).acknowledged(value.substring(1)));
        assertFalse(next(caller, Verb.GET).acknowledged(value.substring(0, value.length() - 1)));
        assertFalse(next(caller, Verb.GET).acknowledged(value.substring(0, value.length() - 3) + "+OK"));
        assertEquals(0, ledger.lost.sum());
    }

    @Test
    void aValueThatWasOverwrittenMeansALostWrite() {
        Caller caller = new Caller(7, ledger, new SplittableRandom(1), 0);
        Step old = next(caller, Verb.SET);
        assertTrue(old.acknowledged("OK"));
        Step uncertain = next(caller, Verb.SET);
        uncertain.failed(Fate.SENT);
        assertTrue(next(caller, Verb.GET).acknowledged(argument(old)));
        assertTrue(next(caller, Verb.GET).acknowledged(argument(uncertain)));
        assertEquals(0, ledger.lost.sum());
        assertTrue(next(caller, Verb.SET).acknowledged("OK"));
        assertTrue(next(caller, Verb.GET).acknowledged(argument(old)));
        assertEquals(1, ledger.lost.sum());
    }

    @Test
    void whatIsNotAnsweredHangs() {
        Profile impatient = new Profile(Duration.ZERO, Duration.ofMillis(-900), Duration.ZERO, Duration.ZERO, Duration.ZERO, 0,
                0,
                0, 0, false);
        Tally tally = new Tally(new Contestant() {
            @Override
            public CompletionStage<Object> send(Call call) {
                return new CompletableFuture<>();
            }

            @Override
            public CompletionStage<Object> batch(List<Call> calls) {
                return new CompletableFuture<>();
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
        }, impatient);
        assertFalse(tally.perform(ledger.increment(0)).join());
        assertEquals(1, tally.hung.sum());
        assertEquals(1, tally.failures());
    }

    @Test
    void aBufferThatIsNotReleasedIsCounted() {
        long before = leaks.count();
        for (int i = 0; i < 10; i++) {
            PooledByteBufAllocator.DEFAULT.directBuffer(16);
        }
        assertTrue(leaks.count() > before);
    }

    private static Step next(Caller caller, Verb verb) {
        return Stream.generate(caller::next).filter(step -> step.calls().get(0).verb() == verb).findFirst().orElseThrow();
    }

    private static String argument(Step step) {
        return step.calls().get(0).arguments().get(1);
    }

    private Object execute(Step step) {
        Call call = step.calls().get(0);
        List<String> words = new ArrayList<>(call.arguments());
        words.add(0, call.verb().name());
        return client.call(words.toArray(String[]::new));
    }

    private void judge(long lost, long doubled) {
        ledger.settle(client::call);
        assertEquals(lost, ledger.lost.sum(), "lost");
        assertEquals(doubled, ledger.doubled.sum(), "doubled");
    }
}
