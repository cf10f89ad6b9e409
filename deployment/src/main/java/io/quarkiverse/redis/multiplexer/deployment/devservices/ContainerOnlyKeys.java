package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.ArrayList;
import java.util.List;

import io.quarkus.redis.deployment.client.DevServicesConfig;

/**
 * What is configured of quarkus-redis-client's container that an embedded server cannot have. It is told when the server has
 * started in its place.
 *
 * @param keys with their values, in the order of the reference
 */
record ContainerOnlyKeys(List<String> keys) {

    static ContainerOnlyKeys of(ClientKeys client, DevServicesConfig config) {
        List<String> keys = new ArrayList<>();
        config.imageName().ifPresent(image -> keys.add(client.stockKey("devservices.image-name") + '=' + image));
        // Without the values, which may be passwords.
        config.containerEnv().keySet().stream().sorted()
                .forEach(name -> keys.add(client.stockKey("devservices.container-env") + '.' + name));
        return new ContainerOnlyKeys(keys);
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    @Override
    public String toString() {
        return String.join(", ", keys);
    }
}
