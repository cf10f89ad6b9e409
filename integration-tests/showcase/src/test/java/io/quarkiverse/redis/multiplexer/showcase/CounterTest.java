package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.post;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class CounterTest {

    private final String path = "/counter/" + UUID.randomUUID();

    @Test
    void aPageThatNobodyHasVisitedCountsZero() {
        get(path).then().statusCode(200).body("count", equalTo(0));
    }

    @Test
    void visitsAtTheSameTimeAreCountedOnceEach() throws Exception {
        List<Integer> counts = AtOnce.run(100, () -> post(path).then().statusCode(200).extract().<Integer> path("count"));

        assertEquals(IntStream.rangeClosed(1, 100).boxed().toList(), counts.stream().sorted().toList());
        get(path).then().body("count", equalTo(100));
    }

    @Test
    void itIsAWorkerThatWaits() {
        get(path).then()
                .body("served.client", equalTo("RedisDataSource"))
                .body("served.kind", equalTo("worker"));
    }
}
