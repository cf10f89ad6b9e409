package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * What becomes of subscriptions that the server refuses:
 *
 * <pre>
 * error         to callers who wait        the subscription
 * temporary     nothing, until their       is told again, with growing delays, for as long as somebody needs it
 *               deadline; at once if
 *               they are to fail fast
 * any other     the error                  of whom it was in force: the same, more seldom, and they are told once;
 *                                          of others: is gone
 * </pre>
 *
 * Used on the event loop of the hub.
 */
final class Refused {

    private static final Logger LOG = Logger.getLogger("io.quarkiverse.redis.multiplexer");

    /** How much longer the delays become where only somebody who acts can help. */
    private static final int SLOWER = 10;

    private final Failures failures;
    private final boolean failFast;
    private final Retries forNow;
    private final Retries forGood;
    /** Those whose hearers know. */
    private final Set<Subscription> reported = new HashSet<>();

    /** @param again given those that the server is to be told of again */
    Refused(Retries.Scheduler scheduler, ClientSettings settings, Failures failures, Consumer<List<Subscription>> again) {
        this.failures = failures;
        this.failFast = settings.multiplexer().getUnavailable() == UnavailablePolicy.FAIL_FAST;
        this.forNow = new Retries(scheduler, settings.backoff(), again);
        this.forGood = new Retries(scheduler, settings.backoff().slower(SLOWER), again);
    }

    /** Whether the error may be about one of the names only: the server does not say which. */
    boolean mayBeAboutOne(List<Subscription> names, Change change, ErrorType error) {
        return names.size() > 1 && change == Change.SUBSCRIBE && !isTemporary(error);
    }

    private static boolean isTemporary(ErrorType error) {
        return ServerError.of(error).remedy().waitingHelps();
    }

    boolean isToldToCallers(ErrorType error) {
        return failFast || !isTemporary(error);
    }

    /** Decides when the server is told again. Callers have been told if they had to be. */
    void decide(Subscription subscription, Change change, ErrorType error) {
        if (isTemporary(error)) {
            forNow(subscription);
        } else if (subscription.due() == change) {
            if (!subscription.hearers().isEmpty() && reported.add(subscription)) {
                LOG.warnf("%s is refused %s, which was in force: %s. Trying again for as long as somebody wants it.",
                        failures.subject(), subscription.kind.command(change), error.getMessage());
                for (Subscriber subscriber : subscription.hearers().all()) {
                    subscriber.fail(error);
                }
            }
            forGood.add(subscription);
        }
    }

    /** It could not be told. */
    void forNow(Subscription subscription) {
        if (subscription.due() != null) {
            forNow.add(subscription);
        }
    }

    /** Whether it is not the time to tell the server. */
    boolean contains(Subscription subscription) {
        return forNow.contains(subscription) || forGood.contains(subscription);
    }

    void accepted(Subscription subscription) {
        forNow.succeeded();
        if (reported.remove(subscription)) {
            forGood.succeeded();
        }
    }

    /** It is told now, or never. */
    void forget(Subscription subscription) {
        forNow.remove(subscription);
        forGood.remove(subscription);
        if (!subscription.isNeeded()) {
            reported.remove(subscription);
        }
    }

    /** They are told when there is somebody to tell, who may not refuse them. */
    void forgetAll(List<Subscription> subscriptions) {
        forNow.removeAll(subscriptions);
        forGood.removeAll(subscriptions);
    }

    /** There are no subscriptions any more. */
    void clear() {
        forNow.clear();
        forGood.clear();
    }
}
