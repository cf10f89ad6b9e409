package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.oneOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.showcase.AccountResource.Accounts;
import io.quarkiverse.redis.multiplexer.showcase.AccountResource.Transfer;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;

@QuarkusTest
class AccountTest {

    private static final long TOTAL = 3000;

    private String rich;
    private String poor;

    /** However often the tests are run on one server. */
    @BeforeEach
    void findTheRich() {
        boolean ada = balance("Ada") >= balance("Grace");
        rich = ada ? "Ada" : "Grace";
        poor = ada ? "Grace" : "Ada";
    }

    @Test
    void noneOfFiftyTransfersAtTheSameTimeIsLost() throws Exception {
        long before = balance(rich);

        AtOnce.run(50, () -> transfer(rich, poor, 2).statusCode(200));

        assertEquals(before - 100, balance(rich));
        assertEquals(TOTAL, accounts().total());
    }

    @Test
    void transfersInACircleKeepTheTotal() throws Exception {
        AtOnce.run(15, () -> {
            transfer("Ada", "Grace", 1).statusCode(200);
            transfer("Grace", "Linus", 1).statusCode(200);
            return transfer("Linus", "Ada", 1).statusCode(200);
        });

        assertEquals(TOTAL, accounts().total());
    }

    @Test
    void nobodyGivesMoreThanThereIs() {
        long before = balance(rich);

        transfer(rich, poor, before + 1).statusCode(409).body(containsString(rich + " has only " + before));

        assertEquals(before, balance(rich));
        assertEquals(TOTAL, accounts().total());
    }

    @Test
    void aTransferIsBetweenTwoAccountsThatExist() {
        transfer(rich, rich, 1).statusCode(400);
        transfer(rich, "nobody", 1).statusCode(400);
        transfer(rich, poor, -1).statusCode(400);
    }

    @Test
    void itIsAVirtualThreadThatWaitsOrAWorkerWhereThereIsNone() {
        get("/accounts").then()
                .body("served.client", equalTo("RedisDataSource"))
                .body("served.kind", oneOf("worker", "virtual thread"));
        if (Runtime.version().feature() >= 21) {
            get("/accounts").then().body("served.kind", equalTo("virtual thread"));
        }
    }

    private static long balance(String owner) {
        return accounts().balances().get(owner);
    }

    private static Accounts accounts() {
        return get("/accounts").then().statusCode(200).extract().as(Accounts.class);
    }

    private static ValidatableResponse transfer(String from, String to, long amount) {
        return given().contentType(ContentType.JSON).body(new Transfer(from, to, amount)).post("/accounts/transfers").then();
    }
}
