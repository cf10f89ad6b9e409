package org.acme;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.post;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class VisitResourceTest {

    @Test
    void everyVisitCounts() {
        long before = Long.parseLong(get("/visits").asString());
        post("/visits").then().statusCode(200);
        post("/visits").then().statusCode(200);
        assertEquals(before + 2, Long.parseLong(get("/visits").asString()));
    }
}
