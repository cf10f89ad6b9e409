package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.pubsub.WaitingMessages.Admission;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.PushType;

/** How many messages wait, and for how long, on a clock of the test's own. */
class WaitingMessagesTest {

    private static final int MEGABYTE = 1024 * 1024;

    private final MessageSlice taken = new MessageSlice();
    private long now;
    private WaitingMessages waiting = new WaitingMessages(Integer.MAX_VALUE, 32 * MEGABYTE, () -> now);

    @Test
    void aBurstOfSmallMessagesIsNotTooMany() {
        for (int i = 0; i < 100_000; i++) {
            assertEquals(Admission.ACCEPTED, waiting.offer(message(10)));
        }
        assertEquals(100_000, waiting.size());
    }

    @Test
    void whatIsBeyondTheLimitOfBytesIsLeftOutAndToldOnce() {
        fill(31);
        assertEquals(Admission.TOO_MANY_BYTES, waiting.offer(message(MEGABYTE)));
        assertEquals(Admission.LEFT_OUT, waiting.offer(message(MEGABYTE)));
        assertTrue(waiting.bytes() <= 32 * MEGABYTE, "" + waiting.bytes());

        poll(1);
        assertEquals(Admission.ACCEPTED, waiting.offer(message(MEGABYTE / 2)));
        assertEquals(Admission.LEFT_OUT, waiting.offer(message(2 * MEGABYTE)), "it has not caught up");

        poll(30);
        fill(30);
        assertEquals(Admission.TOO_MANY_BYTES, waiting.offer(message(2 * MEGABYTE)), "it had caught up");
    }

    @Test
    void aQuarterOfTheLimitIsTooMuchAfterAMinute() {
        fill(9);
        pass(59);
        assertEquals(Admission.ACCEPTED, waiting.offer(message(10)));
        pass(2);
        assertEquals(Admission.TOO_MANY_BYTES, waiting.offer(message(10)));
        poll(3);
        assertEquals(Admission.ACCEPTED, waiting.offer(message(10)), "there is less than a quarter");
        fill(9);
        pass(59);
        assertEquals(Admission.ACCEPTED, waiting.offer(message(10)), "the time has begun anew");
    }

    @Test
    void lessThanAQuarterMayWaitForEver() {
        fill(7);
        pass(100_000);
        assertEquals(Admission.ACCEPTED, waiting.offer(message(10)));
    }

    @Test
    void aNumberOfMessagesIsALimitIfOneIsSet() {
        waiting = new WaitingMessages(2, 32 * MEGABYTE, () -> now);
        waiting.offer(message(1));
        waiting.offer(message(1));
        assertEquals(Admission.TOO_MANY, waiting.offer(message(1)));
        assertEquals(Admission.LEFT_OUT, waiting.offer(message(1)));
        poll(2);
        assertEquals(Admission.ACCEPTED, waiting.offer(message(1)));
    }

    @Test
    void oneMessageIsNeverTooLarge() {
        assertEquals(Admission.ACCEPTED, waiting.offer(message(40 * MEGABYTE)));
        assertEquals(Admission.TOO_MANY_BYTES, waiting.offer(message(1)));
        poll(1);
        assertEquals(0, waiting.bytes());
        assertEquals(Admission.ACCEPTED, waiting.offer(message(1)));
    }

    @Test
    void anAnswerIsNeverLeftOut() {
        fill(31);
        waiting.addAnswer(sized(0, 2 * MEGABYTE));
        assertEquals(32, waiting.size());
    }

    @Test
    void theLatestTakeThePlaceOfTheOldest() {
        for (int i = 0; i < 100; i++) {
            waiting.addLatest(sized(i, MEGABYTE));
        }
        assertTrue(waiting.bytes() <= 32 * MEGABYTE, "" + waiting.bytes());
        int first = 100 - waiting.size();
        assertTrue(first > 60 && first < 75, "" + first);
        for (int i = first; i < 100; i++) {
            waiting.moveTo(taken);
            assertEquals(String.valueOf(i), number(taken.remove()));
        }
        waiting.moveTo(taken);
        assertTrue(taken.isEmpty());
        assertEquals(0, waiting.bytes());
    }

    @Test
    void fewAreTakenAtOnceBecauseTheyCountNoMore() {
        waiting.offer(run(0, 100, 10));
        waiting.moveTo(taken);
        assertEquals(64, taken.size());
        assertEquals(36, waiting.size());
        List<String> all = numbersTaken();
        waiting.moveTo(taken);
        all.addAll(numbersTaken());
        assertEquals(IntStream.range(0, 100).mapToObj(String::valueOf).toList(), all);
        assertTrue(waiting.isEmpty());
        assertEquals(0, waiting.bytes());

        waiting.offer(run(0, 3, MEGABYTE));
        waiting.moveTo(taken);
        assertEquals(1, taken.size(), "they are large");

        waiting = new WaitingMessages(100, 32 * MEGABYTE, () -> now);
        waiting.offer(run(0, 100, 10));
        waiting.moveTo(taken);
        assertEquals(6, taken.size(), "there may be few");
    }

    @Test
    void ofThoseThatCameTogetherAsManyAreAddedAsThereIsRoomFor() {
        waiting = new WaitingMessages(10, 32 * MEGABYTE, () -> now);
        assertEquals(Admission.ACCEPTED, waiting.offer(run(0, 8, 10)));
        assertEquals(Admission.TOO_MANY, waiting.offer(run(8, 16, 10)));
        assertEquals(10, waiting.size());
        assertEquals(Admission.LEFT_OUT, waiting.offer(run(16, 18, 10)));
        List<String> all = new ArrayList<>();
        while (!waiting.isEmpty()) {
            waiting.moveTo(taken);
            all.addAll(numbersTaken());
        }
        assertEquals(IntStream.range(0, 10).mapToObj(String::valueOf).toList(), all);
        assertEquals(0, waiting.bytes());
        assertEquals(Admission.TOO_MANY_BYTES, waiting.offer(run(0, 3, 17 * MEGABYTE)));
        assertEquals(1, waiting.size());
    }

    @Test
    void theOldestOfThoseThatCameTogetherMakeRoomForTheLatest() {
        waiting = new WaitingMessages(4, 32 * MEGABYTE, () -> now);
        waiting.offer(run(0, 4, 10));
        waiting.addLatest(sized(4, 10));
        waiting.addLatest(sized(5, 10));
        assertEquals(4, waiting.size());
        List<String> all = new ArrayList<>();
        while (!waiting.isEmpty()) {
            waiting.moveTo(taken);
            all.addAll(numbersTaken());
        }
        assertEquals(List.of("2", "3", "4", "5"), all);
    }

    private void fill(int megabytes) {
        for (int i = 0; i < megabytes; i++) {
            assertEquals(Admission.ACCEPTED, waiting.offer(message(MEGABYTE)));
        }
    }

    /** Large ones: they are taken one at a time. */
    private void poll(int count) {
        for (int i = 0; i < count; i++) {
            waiting.moveTo(taken);
        }
    }

    private static MessageRun run(int from, int to, int bytes) {
        return MessageRun.of(IntStream.range(from, to).mapToObj(i -> sized(i, bytes)).toList());
    }

    private static String number(Response message) {
        return message.get(0).toString();
    }

    private List<String> numbersTaken() {
        List<String> numbers = new ArrayList<>();
        while (!taken.isEmpty()) {
            numbers.add(number(taken.remove()));
        }
        return numbers;
    }

    private void pass(int seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private static MessageRun message(int bytes) {
        return message(0, bytes);
    }

    private static MessageRun message(int number, int bytes) {
        return MessageRun.of(sized(number, bytes));
    }

    private static SizedMessage sized(int number, int bytes) {
        PushType message = PushType.create(2);
        message.add(BulkType.create(Buffer.buffer(String.valueOf(number)), false));
        message.add(BulkType.create(Buffer.buffer(new byte[bytes]), false));
        return SizedMessage.of(message);
    }
}
