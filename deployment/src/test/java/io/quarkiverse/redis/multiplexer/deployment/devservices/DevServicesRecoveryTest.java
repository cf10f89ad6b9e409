package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusDevModeTest;

/** A mistake in the configuration of a server is shown in dev mode, and put right by a live reload. */
class DevServicesRecoveryTest {

    private static final String CONFIGURATION = """
            quarkus.redis-multiplexer.devservices.mode=embedded
            quarkus.redis-multiplexer.devservices.arguments=--maxmemory,10mb
            """;

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest()
            .withApplicationRoot(root -> root.addClass(Resource.class)
                    .addAsResource(new StringAsset(CONFIGURATION), "application.properties"));

    @Test
    void aMistakeIsPutRight() {
        given().get("/ping").then().statusCode(200).body(is("PONG"));

        APPLICATION.modifyResourceFile("application.properties", text -> text.replace("--maxmemory", "--mxmemory"));
        given().get("/ping").then().statusCode(500).body(containsString("quarkus.redis-multiplexer.devservices.arguments"));

        APPLICATION.modifyResourceFile("application.properties", text -> text.replace("--mxmemory", "--maxmemory"));
        given().get("/ping").then().statusCode(200).body(is("PONG"));
    }

    @Path("/ping")
    public static class Resource {

        @Inject
        RedisDataSource redis;

        @GET
        public String ping() {
            return redis.execute("PING").toString();
        }
    }
}
