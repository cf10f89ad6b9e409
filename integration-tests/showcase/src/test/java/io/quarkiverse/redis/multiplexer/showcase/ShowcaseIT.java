package io.quarkiverse.redis.multiplexer.showcase;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The packaged application: on a Java virtual machine, or native. */
@QuarkusIntegrationTest
class ShowcaseIT extends ShowcaseRequests {
}
