package io.quarkiverse.redis.multiplexer.engine.vertx;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;

/** Metrics that note what they are told of Redis. What they return is the name of the method and a number. */
public final class FakeMetrics {

    public final List<String> told = Collections.synchronizedList(new ArrayList<>());

    public Vertx vertx() {
        VertxMetrics all = proxy(VertxMetrics.class, "");
        return Vertx.builder().with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
                .withMetrics(options -> all).build();
    }

    private <T> T proxy(Class<T> type, String owner) {
        return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { type },
                (proxy, method, arguments) -> {
                    boolean ofRedis = type != VertxMetrics.class
                            || arguments != null && Arrays.asList(arguments).contains("redis");
                    if (ofRedis) {
                        told.add(owner + method.getName() + (arguments == null ? "" : Arrays.toString(arguments)));
                    }
                    Class<?> result = method.getReturnType();
                    if (ofRedis && (result == ClientMetrics.class || result == PoolMetrics.class)) {
                        return proxy(result, "its ");
                    }
                    return result == boolean.class ? (Object) false : result == Object.class ? method.getName() : null;
                }));
    }
}
