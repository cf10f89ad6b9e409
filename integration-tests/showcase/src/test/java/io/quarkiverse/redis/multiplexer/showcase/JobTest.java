package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.showcase.JobResource.Job;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;

@QuarkusTest
class JobTest {

    @Test
    void jobsAreDoneOnceEachAndInTheirOrder() {
        List<Long> numbers = ThreadLocalRandom.current().longs(PrimeFactors.SMALLEST, PrimeFactors.LARGEST).distinct().limit(10)
                .boxed().toList();
        List<Long> newestFirst = new ArrayList<>(numbers);
        Collections.reverse(newestFirst);

        add(numbers).statusCode(200)
                .body("served.client", equalTo("RedisAPI"))
                .body("served.kind", equalTo("event loop"));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertEquals(newestFirst, done().stream().map(Job::number).toList()));
        for (Job job : done()) {
            assertEquals(job.number(), job.factors().stream().reduce(1L, (product, factor) -> product * factor));
        }
        get("/jobs").then().body("waiting", equalTo(0));
    }

    @Test
    void whatTheWorkerCanNotDoIsNotQueued() {
        add(List.of(1L)).statusCode(400);
        add(List.of(PrimeFactors.LARGEST + 1)).statusCode(400);
        add(List.of()).statusCode(400);
        get("/jobs").then().body("waiting", equalTo(0));
    }

    private static ValidatableResponse add(List<Long> numbers) {
        return given().contentType(ContentType.JSON).body(numbers).post("/jobs").then();
    }

    private static List<Job> done() {
        return get("/jobs").then().statusCode(200).extract().jsonPath().getList("done", Job.class);
    }
}
