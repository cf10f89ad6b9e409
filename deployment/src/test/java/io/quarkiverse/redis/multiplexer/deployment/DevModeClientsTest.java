package io.quarkiverse.redis.multiplexer.deployment;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkiverse.redis.multiplexer.runtime.MultiplexerRecorder;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusDevModeTest;

/** In dev mode, too, an application has the clients that it asks for, whatever the Dev UI looks at. */
class DevModeClientsTest {

    private static final Formatter FORMATTER = new PatternFormatter("%s");

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest()
            .withApplicationRoot(root -> root.addClass(Resource.class).addAsResource(new StringAsset("""
                    quarkus.devservices.enabled=false
                    quarkus.redis.hosts=redis://localhost:1
                    quarkus.redis.sessions.hosts=redis://localhost:1
                    quarkus.redis-multiplexer.sesions.lanes=2
                    """), "application.properties"))
            .setLogRecordPredicate(record -> record.getLoggerName().equals(MultiplexerRecorder.class.getName())
                    && record.getLevel().intValue() >= Level.WARNING.intValue());

    @Path("/")
    public static class Resource {

        @Inject
        @RedisClientName("sessions")
        RedisDataSource sessions;

        @GET
        @Path("clients")
        public String clients() {
            return ClientRegistry.instance().running().stream().map(MultiplexedRedis::name).toList().toString();
        }
    }

    @Test
    void onlyTheNamedClientIsMadeAndAMisspelledNameIsTold() {
        assertEquals("[sessions]", given().get("/clients").then().statusCode(200).extract().asString());
        List<String> warnings = APPLICATION.getLogRecords().stream().map(FORMATTER::format).toList();
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).startsWith("quarkus.redis-multiplexer.sesions.lanes: there is no Redis client \"sesions\" in"
                + " this application, only [sessions]"), warnings.get(0));
    }
}
