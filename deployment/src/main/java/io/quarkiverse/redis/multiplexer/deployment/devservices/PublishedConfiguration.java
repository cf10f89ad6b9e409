package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.concurrent.ConcurrentMap;

import io.quarkus.devservices.crossclassloader.runtime.RunningDevServicesRegistry;
import io.quarkus.devservices.crossclassloader.runtime.RunningService;

/**
 * A configuration key that is given to the application as long as a Dev Service runs.
 *
 * @param launchMode the name of that of the application
 */
record PublishedConfiguration(String launchMode, String key) {

    /**
     * Takes a value back when the Dev Service has ended. Quarkus should do that, but gives all Dev Services that start
     * together one map for what all of them publish (https://github.com/quarkusio/quarkus/pull/53794): so those that a live
     * reload keeps go on publishing where the ended one was.
     */
    void withdraw(String value) {
        for (RunningService service : RunningDevServicesRegistry.INSTANCE.getAllRunningServices(launchMode)) {
            // What is shared is a concurrent map; what is a service's own may be immutable.
            if (service.configs() instanceof ConcurrentMap<String, String> shared) {
                shared.remove(key, value);
            }
        }
    }
}
