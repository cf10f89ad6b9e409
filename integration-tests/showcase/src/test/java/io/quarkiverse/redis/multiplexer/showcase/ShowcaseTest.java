package io.quarkiverse.redis.multiplexer.showcase;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class ShowcaseTest extends ShowcaseRequests {
}
