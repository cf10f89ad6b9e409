package io.quarkiverse.redis.multiplexer.deployment.devui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;

import java.util.regex.Pattern;
import java.util.stream.Stream;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusDevModeTest;

/**
 * The pages of the Dev UI of an application for which no server is started: first it has no client at all, then one whose
 * server
 * is somebody else's.
 */
class DevUiWithoutServersTest extends DevUiVisits {

    private static final int PORT = RedisServer.freePort();

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest().withApplicationRoot(root -> root
            .addClass(Application.class).addAsResource(new StringAsset("""
                    quarkus.http.port=%d
                    quarkus.redis-multiplexer.devservices.mode=embedded
                    quarkus.redis.active=false
                    """.formatted(PORT)), "application.properties"));

    DevUiWithoutServersTest() {
        super(PORT);
    }

    @Path("/greeting")
    public static class Application {

        @Inject
        InjectableInstance<RedisDataSource> redis;

        @GET
        public String greeting() {
            return redis.listActive().size() + " clients";
        }
    }

    /** One application for all of them. */
    @TestFactory
    Stream<DynamicTest> theDevUi() {
        return Stream.of(
                visit("pagesSayThatThereIsNoClient", this::pagesSayThatThereIsNoClient),
                visit("aServerOfSomebodyElseIsShownAndLeftAlone", this::aServerOfSomebodyElseIsShownAndLeftAlone));
    }

    private void pagesSayThatThereIsNoClient() {
        link(card(), "Clients").click();
        assertThat(page.locator("#none")).hasText("This application has no Redis client with a server.");
        assertThat(page.locator("#lanes")).hasCount(0);
        menu("Dev Services");
        assertThat(page.locator("#facts")).isAttached();
        assertThat(page.locator("#facts tr")).hasCount(0);
        assertThat(page.locator("#configured")).hasCount(0);
        assertThat(page.locator("#restart")).hasCount(0);
    }

    private void aServerOfSomebodyElseIsShownAndLeftAlone() {
        try (RedisServer server = RedisServer.start()) {
            APPLICATION.modifyResourceFile("application.properties",
                    text -> text.replace("quarkus.redis.active=false", "quarkus.redis.hosts=" + server.url()));
            given().port(PORT).get("/greeting").then().statusCode(200);
            assertThat(page.locator("#configured")).containsText("It can be neither restarted nor flushed from here.");
            assertThat(page.locator("[data-fact=tcp_port]")).hasText(String.valueOf(server.port()));
            assertThat(page.locator("#restart")).hasCount(0);
            assertThat(page.locator("#flush")).hasCount(0);
            menu("Clients");
            assertThat(page.locator("#none")).hasCount(0);
            assertThat(page.locator("#node")).hasText(Pattern.compile("localhost:" + server.port()));
        }
    }
}
