package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The calls that have not been answered, in the order of their deadlines. Used on the event loop of the hub. */
final class WaitingCalls {

    private final Set<SubscriptionCall> calls = new LinkedHashSet<>();

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** @param call one whose deadline is not before that of any other */
    void add(SubscriptionCall call) {
        calls.add(call);
    }

    /** @return whether it was there */
    boolean remove(SubscriptionCall call) {
        return calls.remove(call);
    }

    /** All of them: a copy. */
    List<SubscriptionCall> all() {
        return List.copyOf(calls);
    }

    /** Those that wait for one of these: a copy. */
    List<SubscriptionCall> awaiting(Predicate<Subscription> subscriptions) {
        return calls.stream().filter(call -> call.awaits(subscriptions)).toList();
    }

    /** Those whose deadline has passed: a copy. */
    List<SubscriptionCall> overdue(long now) {
        List<SubscriptionCall> overdue = new ArrayList<>();
        for (SubscriptionCall call : calls) {
            if (call.deadline - now > 0) {
                break;
            }
            overdue.add(call);
        }
        return overdue;
    }

    /** What had been confirmed may have been lost: each waits again for what it wants and is not in force. */
    void awaitAgain() {
        calls.forEach(SubscriptionCall::awaitAgain);
    }
}
