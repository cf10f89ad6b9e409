package io.quarkiverse.redis.multiplexer.runtime;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.MultiplexerListener;
import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;

/** Makes CDI events of what the engine tells. Observers are asynchronous: they may block, which event loops may not. */
final class SubscriptionEvents implements MultiplexerListener {

    private static final Logger LOG = Logger.getLogger(SubscriptionEvents.class);

    @Override
    public void subscriptionRestored(SubscriptionRestored event) {
        ArcContainer container = Arc.container();
        if (container != null && container.isRunning()) {
            container.beanManager().getEvent().select(SubscriptionRestored.class).fireAsync(event)
                    .exceptionally(failure -> {
                        LOG.errorf(failure, "An observer of %s failed", event);
                        return event;
                    });
        }
    }
}
