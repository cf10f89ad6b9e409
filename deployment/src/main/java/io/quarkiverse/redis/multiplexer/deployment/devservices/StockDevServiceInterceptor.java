package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

import jakarta.annotation.Priority;

import io.quarkiverse.redis.multiplexer.deployment.config.DevServicesMode;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;

/**
 * Disables the container of quarkus-redis-client for the clients whose mode is {@code embedded}; and for those whose mode is
 * {@code auto} where there is {@linkplain ContainerTraces no trace} of a container runtime, or else quarkus-redis-client would
 * have Testcontainers look for one.
 * <p>
 * The build step that starts the container has no switch but {@code quarkus.redis.devservices.enabled}, and it reads that
 * before any build step of ours could say something. So the answer is given where the configuration of the build is made:
 * Quarkus discovers this interceptor in the deployment module, and leaves it out of the application's own configuration.
 * It answers look-ups instead of being a source of values, as a source would have to know the names of all clients.
 */
@Priority(Priorities.APPLICATION)
public final class StockDevServiceInterceptor implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;

    /** Tells a value that this interceptor gave from one that the user has configured. */
    static final String SOURCE = "Redis Multiplexer, embedded server";

    /** The attribute that is answered. */
    static final String ENABLED = "devservices.enabled";

    // All that MicroProfile Config takes for true.
    private static final Set<String> TRUE = Set.of("true", "1", "yes", "y", "on");

    private final transient BooleanSupplier containers;

    public StockDevServiceInterceptor() {
        this(() -> ContainerTraces.ofThisMachine().any());
    }

    /** @param containers whether there may be a container runtime */
    StockDevServiceInterceptor(BooleanSupplier containers) {
        this.containers = containers;
    }

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue configured = context.proceed(name);
        Optional<ClientKeys> client = ClientKeys.ofStock(name, ENABLED);
        // What the user has disabled stays disabled by the user: it gets no embedded server either.
        if (client.isEmpty() || !isTrue(configured) || !isEmbedded(context, client.get())) {
            return configured;
        }
        return ConfigValue.builder().withName(name).withValue("false").withRawValue("false").withConfigSourceName(SOURCE)
                .withConfigSourceOrdinal(Integer.MAX_VALUE).build();
    }

    private boolean isEmbedded(ConfigSourceInterceptorContext context, ClientKeys client) {
        if (!isTrue(context.proceed("quarkus.redis-multiplexer.enabled"))) {
            return false;
        }
        String mode = find(context, client).or(() -> find(context, ClientKeys.DEFAULT)).orElse(DevServicesMode.AUTO.name())
                .trim();
        return mode.equalsIgnoreCase(DevServicesMode.EMBEDDED.name())
                || mode.equalsIgnoreCase(DevServicesMode.AUTO.name()) && !containers.getAsBoolean();
    }

    private static Optional<String> find(ConfigSourceInterceptorContext context, ClientKeys client) {
        return client.ours("devservices.mode").stream().map(context::proceed)
                .filter(value -> value != null && value.getValue() != null).map(ConfigValue::getValue).findFirst();
    }

    /** All keys that are asked for here are true unless configured. */
    private static boolean isTrue(ConfigValue value) {
        return value == null || value.getValue() == null
                || TRUE.contains(value.getValue().trim().toLowerCase(Locale.ROOT));
    }
}
