package io.quarkiverse.redis.multiplexer.showcase;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

/** The same, on a cluster. */
@QuarkusTest
@TestProfile(OnCluster.class)
class ShowcaseOnClusterTest extends ShowcaseRequests {
}
