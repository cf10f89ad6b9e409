package io.quarkiverse.redis.multiplexer.runtime;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.MultiplexerListener;
import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;

/** Tells the application's asynchronous observers what happens to subscriptions. */
final class SubscriptionEvents implements MultiplexerListener {

    private static final Logger LOG = Logger.getLogger(SubscriptionEvents.class);

    @Override
    public void subscriptionRestored(SubscriptionRestored event) {
        ArcContainer container = Arc.container();
        if (container != null && container.isRunning()) {
            container.beanManager().getEvent().select(SubscriptionRestored.class).fireAsync(event)
                    .whenComplete((fired, failure) -> {
                        if (failure != null) {
                            LOG.errorf(failure, "An observer of %s failed", event);
                        }
                    });
        }
    }
}
