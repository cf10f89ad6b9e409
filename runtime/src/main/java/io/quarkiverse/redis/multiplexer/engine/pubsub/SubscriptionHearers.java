package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who gets the messages of a subscription. Those who hear nothing else all hear the same, so that is kept once for all of
 * them, and handed to each as a whole; others have their own, in the order of all that they hear.
 * <p>
 * Invariant: what is kept here has been heard by exactly those who are in here and hear nothing else. So it is handed over
 * before somebody comes, goes, or changes from one kind to the other. Used on the event loop of the hub.
 */
final class SubscriptionHearers implements FanOut.Hearing {

    private static final Subscriber[] NOBODY = {};

    private final Set<Subscriber> all = new LinkedHashSet<>(2);
    private final LatestMessages latest = new LatestMessages();
    /** Both are to be walked while {@link #all} changes, and are out of date after that. */
    private Subscriber[] ofThisOnly = NOBODY;
    private Subscriber[] ofOthersToo = NOBODY;
    private boolean outOfDate;

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** A copy. */
    List<Subscriber> all() {
        return new ArrayList<>(all);
    }

    void add(Subscriber subscriber) {
        change();
        all.add(subscriber);
    }

    void remove(Subscriber subscriber) {
        change();
        all.remove(subscriber);
    }

    /** Somebody is about to come or go, or to hear something else besides, or nothing else any more. */
    void change() {
        handOverNow();
        outOfDate = true;
    }

    private void sort() {
        ofThisOnly = all.stream().filter(Subscriber::hearsOneOnly).toArray(Subscriber[]::new);
        ofOthersToo = all.stream().filter(one -> !one.hearsOneOnly()).toArray(Subscriber[]::new);
        outOfDate = false;
    }

    /** Takes a message, which is handed over at the end of the turn. @param hearing gets those who are to be told of that */
    void hear(SizedMessage message, List<FanOut.Hearing> hearing) {
        if (outOfDate) {
            sort();
        }
        if (ofThisOnly.length > 0) {
            try {
                latest.add(message, this, hearing);
            } catch (Throwable e) {
                // There is no memory for it: others hear it all the same.
                fail(e);
            }
        }
        for (Subscriber subscriber : ofOthersToo) {
            subscriber.hear(message, hearing);
        }
    }

    private void fail(Throwable cause) {
        for (Subscriber subscriber : ofThisOnly) {
            subscriber.fail(cause);
        }
    }

    @Override
    public void handOver(Deliveries deliveries) {
        if (latest.isEmpty()) {
            return;
        }
        try {
            MessageRun run = latest.take();
            for (Subscriber subscriber : ofThisOnly) {
                subscriber.take(run, deliveries);
            }
        } catch (Throwable e) {
            // There is no memory to hand it over.
            fail(e);
        }
    }

    /** Hands over what there is, before something else comes. */
    void handOverNow() {
        latest.handOverNow(this);
    }
}
