package io.quarkiverse.redis.multiplexer.showcase;

import io.quarkus.test.junit.QuarkusTestProfile;

/** The showcase as {@code -Dquarkus.profile=cluster} has it. */
public class OnCluster implements QuarkusTestProfile {

    @Override
    public String getConfigProfile() {
        return "cluster";
    }
}
