package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscription.State;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link Refused}, with a clock that is driven by hand. */
class RefusedTest {

    private static final ErrorType TEMPORARY = ErrorType.create("LOADING Redis is loading the dataset in memory");
    private static final ErrorType FINAL = ErrorType.create("NOPERM No permissions to access a channel");

    private final List<Runnable> timers = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();
    private final List<Subscription> again = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final Refused refused = refused(UnavailablePolicy.QUEUE);

    private Refused refused(UnavailablePolicy policy) {
        RedisOptions redis = new RedisOptions();
        MultiplexerOptions options = new MultiplexerOptions().setUnavailable(policy);
        return new Refused((action, delayMillis) -> {
            delays.add(delayMillis);
            timers.add(action);
            return () -> timers.remove(action);
        }, ClientSettings.of("test", redis, options), new Failures("test", NodeAddress.of(redis), options), again::addAll);
    }

    @Test
    void onlyAFinalErrorOfSeveralNamesMayBeAboutOneOfThem() {
        List<Subscription> one = List.of(wanted("a"));
        List<Subscription> two = List.of(wanted("a"), wanted("b"));

        assertTrue(refused.mayBeAboutOne(two, Change.SUBSCRIBE, FINAL));
        assertFalse(refused.mayBeAboutOne(two, Change.SUBSCRIBE, TEMPORARY));
        assertFalse(refused.mayBeAboutOne(two, Change.UNSUBSCRIBE, FINAL));
        assertFalse(refused.mayBeAboutOne(one, Change.SUBSCRIBE, FINAL));
    }

    @Test
    void callersAreToldWhatIsFinalAndEverythingIfTheyAreToFailFast() {
        assertTrue(refused.isToldToCallers(FINAL));
        assertFalse(refused.isToldToCallers(TEMPORARY));
        assertTrue(refused(UnavailablePolicy.FAIL_FAST).isToldToCallers(TEMPORARY));
    }

    @Test
    void whatIsRefusedForNowIsToldAgainAsLongAsItIsNeeded() {
        Subscription subscription = wanted("a");
        refused.decide(subscription, Change.SUBSCRIBE, TEMPORARY);
        assertTrue(refused.contains(subscription));

        timers.remove(0).run();

        assertEquals(List.of(subscription), again);
        assertFalse(refused.contains(subscription));
    }

    @Test
    void whatNobodyNeedsIsNotToldAgain() {
        Subscription unneeded = new Subscription(SubscriptionKind.CHANNEL, "a");
        refused.decide(unneeded, Change.SUBSCRIBE, TEMPORARY);
        refused.forNow(unneeded);

        assertFalse(refused.contains(unneeded));
        assertEquals(List.of(), timers);
    }

    /** Its only caller has been told, and does not want it any more. */
    @Test
    void whatIsRefusedForGoodAndWasNotInForceIsGone() {
        Subscription unneeded = new Subscription(SubscriptionKind.CHANNEL, "a");
        refused.decide(unneeded, Change.SUBSCRIBE, FINAL);

        assertFalse(refused.contains(unneeded));
    }

    @Test
    void whoseSubscriptionWasInForceIsToldOnceAndItIsTriedMoreSeldom() {
        Subscription subscription = wanted("a");
        hearer().startHearing(subscription);
        for (int i = 0; i < 8; i++) {
            refused.decide(subscription, Change.SUBSCRIBE, FINAL);
            assertTrue(refused.contains(subscription));
            timers.remove(0).run();
        }

        assertEquals(1, heard.size(), heard::toString);
        assertTrue(heard.get(0).contains("NOPERM"), heard::toString);
        assertEquals(8, again.size());
        long longestForNow = new MultiplexerOptions().getReconnectMax().toMillis();
        assertTrue(delays.get(7) > longestForNow / 2, delays::toString);
    }

    @Test
    void afterItWasAcceptedARefusalIsToldAnew() {
        Subscription subscription = wanted("a");
        hearer().startHearing(subscription);
        refused.decide(subscription, Change.SUBSCRIBE, FINAL);
        refused.accepted(subscription);
        refused.decide(subscription, Change.SUBSCRIBE, FINAL);

        assertEquals(2, heard.size());
    }

    /** The server still has what nobody wants: it is told so again. */
    @Test
    void anUnsubscriptionThatIsRefusedIsTriedAgain() {
        Subscription unwanted = new Subscription(SubscriptionKind.CHANNEL, "a");
        unwanted.become(State.SUBSCRIBING);
        unwanted.become(State.IN_FORCE);
        refused.decide(unwanted, Change.UNSUBSCRIBE, FINAL);

        assertTrue(refused.contains(unwanted));
        assertEquals(List.of(), heard);
    }

    @Test
    void whatIsForgottenOrClearedIsNotToldAgain() {
        Subscription forgotten = wanted("a");
        refused.decide(forgotten, Change.SUBSCRIBE, TEMPORARY);
        refused.forget(forgotten);
        assertFalse(refused.contains(forgotten));

        Subscription cleared = wanted("b");
        refused.decide(cleared, Change.SUBSCRIBE, FINAL);
        refused.clear();
        assertFalse(refused.contains(cleared));
        List.copyOf(timers).forEach(Runnable::run);
        assertEquals(List.of(), again);
    }

    private static Subscription wanted(String name) {
        Subscription subscription = new Subscription(SubscriptionKind.CHANNEL, name);
        subscription.newWish();
        return subscription;
    }

    private Subscriber hearer() {
        return new Subscriber(new Subscriber.Messages() {
            @Override
            public void add(Response message) {
            }

            @Override
            public void confirm(Response confirmation) {
            }

            @Override
            public void fail(Throwable cause) {
                heard.add(String.valueOf(cause.getMessage()));
            }

            @Override
            public void end() {
            }
        });
    }
}
