package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.impl.types.ErrorType;

class PrimaryViewTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Vertx vertx = Vertx.vertx();
    private final HandSearch search = new HandSearch();
    private final List<Integer> told = new ArrayList<>();
    private final List<Throwable> unknown = new ArrayList<>();
    /** The clock turns over soon. */
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3);
    /** Thrown once, when the time is asked for. */
    private final AtomicReference<Error> atTheTime = new AtomicReference<>();
    /** Thrown once, when a search is to begin, or has come to nothing. */
    private final AtomicReference<Error> atRandom = new AtomicReference<>();
    private final PrimaryView view = view();

    private PrimaryView view() {
        channel.freezeTime();
        return new PrimaryView(channel.eventLoop(), ClusterByHand.settings("redis://h:1"), search, new PrimaryView.Listener() {
            @Override
            public void onMap(SlotMap map) {
                told.add(map.primary(0).orElseThrow().port());
            }

            @Override
            public void onUnknown(Throwable cause) {
                unknown.add(cause);
            }
        }, () -> orThrow(atTheTime, now), bound -> orThrow(atRandom, 0L));
    }

    private <T> T orThrow(AtomicReference<Error> once, T result) {
        Error thrown = once.getAndSet(null);
        if (thrown != null) {
            throw thrown;
        }
        return result;
    }

    @AfterEach
    void closeVertx() throws Exception {
        RealRedis.await(vertx.close());
    }

    private Future<Void> whenKnown() {
        return whenKnown(UnavailablePolicy.FAIL_FAST);
    }

    private Future<Void> whenKnown(UnavailablePolicy unavailable) {
        Future<Void> known = view.whenKnown(vertx.getOrCreateContext(), unavailable);
        run();
        return known;
    }

    private void run() {
        channel.runPendingTasks();
        channel.runScheduledPendingTasks();
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        run();
    }

    private void know(int port) throws Exception {
        Future<Void> known = whenKnown();
        search.finds(port);
        RealRedis.await(known);
    }

    @Test
    void nothingIsSearchedForBeforeAnybodyWantsToKnow() throws Exception {
        view.suspect();
        pass(100_000);
        assertEquals(0, search.searches);
        assertEquals(Optional.empty(), view.primary());
        know(7001);
        assertEquals(Optional.of(at(7001)), view.primary());
        assertEquals(List.of(7001), told);
    }

    @Test
    void whoWaitsWhenNothingIsFoundIsToldWhyAndItIsTriedAgain() throws Exception {
        Future<Void> first = whenKnown();
        ConnectException cause = new ConnectException("gone");
        search.fails(cause);
        assertSame(cause, RealRedis.awaitFailure(first));
        assertSame(cause, RealRedis.awaitFailure(whenKnown()));
        assertEquals(List.of(cause), unknown);
        pass(1_000);
        assertEquals(2, search.searches);
        search.finds(7001);
        RealRedis.await(whenKnown());
    }

    @Test
    void whatASearchThrowsIsToldAndFollowedByAnotherSearch() throws Exception {
        search.thrown = new Error("on purpose");
        Throwable failure = RealRedis.awaitFailure(whenKnown());
        assertInstanceOf(ConnectionLostException.class, failure);
        assertTrue(failure.getMessage().contains("'test' cannot search for the primary: "), failure::getMessage);
        assertEquals(List.of(failure), unknown);
        search.thrown = null;
        pass(1_000);
        search.finds(7001);
        RealRedis.await(whenKnown());
    }

    @Test
    void whatIsFoundIsToldAndSearchedForAgainWhereThereIsNoMemoryForAllThatFollows() throws Exception {
        Future<Void> first = whenKnown();
        Future<Void> command = whenKnown(UnavailablePolicy.QUEUE);
        atTheTime.set(new OutOfMemoryError("by hand"));
        search.finds(7001);
        RealRedis.awaitFailure(first);
        RealRedis.await(command);
        assertEquals(List.of(7001), told);
        RealRedis.await(whenKnown());
        pass(1_000);
        assertEquals(2, search.searches);
        search.finds(7002);
        assertEquals(List.of(7001, 7002), told);
    }

    @Test
    void aSearchThatThereIsNoMemoryToBeginIsFollowedByAnother() throws Exception {
        know(7001);
        view.suspect();
        run();
        atRandom.set(new OutOfMemoryError("by hand"));
        pass(600);
        assertEquals(1, search.searches);
        pass(5_000);
        search.finds(7002);
        assertEquals(List.of(7001, 7002), told);
    }

    @Test
    void aMapThatCannotBeMadeOfWhatIsFoundIsNoneAndWhoWaitsIsTold() throws Exception {
        Future<Void> first = whenKnown();
        search.end().complete(null);
        assertInstanceOf(ConnectionLostException.class, RealRedis.awaitFailure(first));
        pass(1_000);
        search.finds(7001);
        RealRedis.await(whenKnown());
    }

    @Test
    void aCommandWaitsOnWhenNothingIsFoundAndNoLongerThanItMay() throws Exception {
        Future<Void> first = whenKnown(UnavailablePolicy.QUEUE);
        search.fails(new ConnectException("gone"));
        Future<Void> second = whenKnown(UnavailablePolicy.QUEUE);
        pass(1_000);
        search.finds(7001);
        RealRedis.await(first);
        RealRedis.await(second);
    }

    @Test
    void aCommandDoesNotWaitForLongerThanItMayHoweverLongASearchTakes() throws Exception {
        Future<Void> command = whenKnown(UnavailablePolicy.QUEUE);
        Future<Void> other = whenKnown();
        search.fails(new ConnectException("gone"));
        RealRedis.awaitFailure(other);
        long timeout = new MultiplexerOptions().getCommandTimeout().toMillis();
        pass(timeout - 1);
        assertFalse(command.isComplete());
        pass(1);
        String message = RealRedis.awaitFailure(command).getMessage();
        assertTrue(message.endsWith(" has found no server by way of h:1 within " + timeout
                + " ms (quarkus.redis-multiplexer.command-timeout): ConnectException: gone"), message);
    }

    @Test
    void aCommandDoesNotWaitForWhatWillNotComeByWaiting() throws Exception {
        ErrorType refusal = ErrorType.create("WRONGPASS no");
        Future<Void> first = whenKnown(UnavailablePolicy.QUEUE);
        search.fails(refusal);
        assertSame(refusal, RealRedis.awaitFailure(first));
        assertSame(refusal, RealRedis.awaitFailure(whenKnown(UnavailablePolicy.QUEUE)));
    }

    @Test
    void evidenceIsFollowedByOneSearchAtATimeAndNotByTooMany() throws Exception {
        know(7001);
        for (int i = 0; i < 100; i++) {
            view.suspect();
        }
        run();
        pass(600);
        assertEquals(2, search.searches);
        view.suspect();
        pass(10_000);
        assertEquals(2, search.searches);
        search.finds(7001);
        pass(600);
        assertEquals(3, search.searches);
        assertEquals(List.of(7001), told);
        search.finds(7002);
        assertEquals(List.of(7001, 7002), told);
    }

    @Test
    void evidenceThatComesLateIsFollowedAsSoonAsTheFirst() throws Exception {
        know(7001);
        pass(40_000);
        search.hint.run();
        pass(1);
        // A sentinel has said that it is about to name another one, and has not yet.
        search.finds(7001);
        search.hint.run();
        pass(600);
        assertEquals(3, search.searches);
        search.finds(7002);
        assertEquals(List.of(7001, 7002), told);
    }

    @Test
    void withoutEvidenceItIsSearchedForSeldom() throws Exception {
        know(7001);
        pass(50_000);
        assertEquals(1, search.searches);
        pass(50_000);
        assertEquals(2, search.searches);
    }

    @Test
    void aServerThatCannotBeReachedIsAReasonForAsLongAsThatIsSo() throws Exception {
        know(7001);
        view.unreachable(at(7009));
        run();
        pass(2_000);
        assertEquals(1, search.searches);
        view.unreachable(at(7001));
        run();
        pass(600);
        assertEquals(2, search.searches);
        assertEquals(Set.of(at(7009), at(7001)), search.clues.unreachable());
        search.fails(new ConnectException("no other"));
        assertEquals(Optional.of(at(7001)), view.primary());
        pass(1_000);
        assertEquals(3, search.searches);
        search.finds(7002);
        view.reachable(at(7001));
        run();
        pass(20_000);
        assertEquals(3, search.searches);
    }

    @Test
    void theServerThatAnotherOneNamesIsUsedUntilALaterSearchKnowsBetter() throws Exception {
        know(7001);
        view.suspect();
        run();
        pass(600);
        view.moved(at(7002));
        assertEquals(Optional.of(at(7002)), view.primary());
        assertEquals(Set.of(at(7001), at(7002)), view.servers());
        // It began before.
        search.finds(7001);
        assertEquals(Optional.of(at(7002)), view.primary());
        run();
        pass(600);
        assertEquals(Optional.of(at(7002)), search.clues.current());
        search.finds(7003);
        assertEquals(Optional.of(at(7003)), view.primary());
        assertEquals(Set.of(at(7003)), view.servers());
        assertEquals(7003, told.get(told.size() - 1));
    }

    @Test
    void aHintIsEvidence() throws Exception {
        know(7001);
        search.hint.run();
        run();
        pass(600);
        assertEquals(2, search.searches);
    }

    @Test
    void afterTheEndNothingIsSearchedForAndWhoWaitsFails() throws Exception {
        Future<Void> waiting = whenKnown();
        view.close();
        run();
        assertTrue(search.closed);
        assertTrue(RealRedis.awaitFailure(waiting).getMessage().contains("stopped"));
        search.finds(7001);
        assertFalse(view.primary().isPresent());
        assertTrue(RealRedis.awaitFailure(whenKnown()).getMessage().contains("stopped"));
        view.close();
        run();
    }
}
