package io.quarkiverse.redis.multiplexer.deployment.devui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.test.QuarkusDevModeTest;

/**
 * Somebody looks at every page of the Dev UI with a browser. The pictures that this leaves in {@code target/dev-ui} are those
 * of the documentation.
 */
class DevUiPagesTest extends DevUiVisits {

    private static final int PORT = RedisServer.freePort();

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = DevUiApplication.inDevMode(PORT);

    private final ScheduledExecutorService visitors = Executors.newSingleThreadScheduledExecutor();

    DevUiPagesTest() {
        super(PORT);
    }

    @BeforeEach
    void useTheOtherClient() {
        given().port(PORT).get("/session").then().statusCode(200);
    }

    @AfterEach
    void endVisitors() throws InterruptedException {
        visitors.shutdown();
        assertTrue(visitors.awaitTermination(10, TimeUnit.SECONDS));
    }

    /** One application for all of them, and one visit: what one page leaves behind is seen on the next. */
    @TestFactory
    Stream<DynamicTest> theDevUi() {
        return Stream.of(
                visit("theCardLeadsToThePages", this::theCardLeadsToThePages),
                visit("lanesAreSeenAtWork", this::lanesAreSeenAtWork),
                visit("theConsoleAnswers", this::theConsoleAnswers),
                visit("keysAreBrowsed", this::keysAreBrowsed),
                visit("messagesAreWatched", this::messagesAreWatched),
                visit("theServerIsRestartedAndFlushed", this::theServerIsRestartedAndFlushed),
                visit("theClientsHaveReconnected", this::theClientsHaveReconnected));
    }

    private void theCardLeadsToThePages() {
        assertThat(link(card(), "Subscriptions")).isVisible();
        card().screenshot(new Locator.ScreenshotOptions().setPath(pictureFile("card")));
        link(card(), "Clients").click();
        assertThat(page.locator("#lanes")).isVisible();
    }

    private void lanesAreSeenAtWork() {
        visitors.scheduleAtFixedRate(() -> given().port(PORT).get("/increments?count=" + (20 + System.nanoTime() % 100)), 0, 50,
                TimeUnit.MILLISECONDS);
        assertThat(page.locator("#node")).hasText(Pattern.compile("127.0.0.1:\\d+"));
        assertThat(page.locator("#lanes .state").first()).hasText("READY");
        assertThat(page.locator("#lanes .node")).hasText(Pattern.compile("127.0.0.1:\\d+ (redis|valkey) [\\d.]+ primary, .*"));
        assertThat(page.locator("#running")).hasText("running");
        assertThat(page.locator("#per-second")).hasText(Pattern.compile("[1-9]\\d*"));
        assertThat(page.locator("#batch")).hasText(Pattern.compile("[1-9][\\d.]*"));
        assertEquals(3, page.locator("redis-multiplexer-chart canvas").count());
        Locator chart = page.locator("redis-multiplexer-chart").first();
        byte[] before = chart.screenshot();
        awaitPoints(6);
        assertFalse(Arrays.equals(before, chart.screenshot()), "the chart stands still");
        picture("clients");
        inTheDark(() -> {
            awaitPoints(2);
            picture("dark");
        });
    }

    private void theConsoleAnswers() {
        menu("Console");
        type("SET greeting \"hello world\"");
        assertThat(replies().last()).hasText("OK");
        assertThat(page.locator("#transcript .prompt").last()).hasText(Pattern.compile("127.0.0.1:\\d+>"));
        type("GET greeting");
        assertThat(replies().last()).hasText("\"hello world\"");
        type("INCR greeting");
        assertThat(replies().last()).hasText("(error) ERR value is not an integer or out of range");
        type("HSET account:7 owner Ada balance 12");
        type("AUTH default not-the-password");
        assertThat(page.locator("#transcript")).containsText("AUTH (hidden)");
        assertThat(page.locator("#transcript")).not().containsText("not-the-password");
        type("LRANGE nothing 0 -1");
        assertThat(replies().last()).hasText("(empty array)");

        Locator line = page.locator("#line");
        line.press("ArrowUp");
        assertThat(line).hasValue("LRANGE nothing 0 -1");
        line.press("ArrowUp");
        assertThat(line).hasValue("HSET account:7 owner Ada balance 12");
        line.fill("hgeta");
        line.press("Tab");
        assertThat(line).hasValue("HGETALL ");
        line.pressSequentially("account:7");
        line.press("Enter");
        assertThat(replies().last()).hasText("1# \"balance\" => \"12\"\n2# \"owner\" => \"Ada\"");
        line.fill("zra");
        assertThat(page.locator("#suggestions")).containsText("ZRANGEBYSCORE");
        picture("console");
    }

    private void keysAreBrowsed() {
        menu("Keys");
        Locator greeting = key("greeting");
        assertThat(greeting).isVisible();
        assertThat(key("account:7").locator(".type")).hasText("hash");
        greeting.click();
        assertThat(page.locator("#value")).containsText("hello world");
        page.locator("#delete").click();
        Locator cancel = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Cancel"));
        cancel.click();
        // The dialog fades away, and is not to be opened again before it is gone.
        assertThat(cancel).isHidden();
        assertThat(greeting).isVisible();
        page.locator("#delete").click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Delete")).last().click();
        assertThat(greeting).hasCount(0);
        assertEquals("(nil)", console("GET greeting"));

        page.locator("#pattern input").fill("acc*");
        page.locator("#scan").click();
        assertThat(page.locator("#keys tr.key")).hasCount(1);
        key("account:7").click();
        assertThat(page.locator("#value")).containsText("Ada");
        picture("keys");

        select("sessions");
        page.locator("#pattern input").fill("");
        page.locator("#scan").click();
        assertThat(key("session")).isVisible();
        assertThat(key("account:7")).hasCount(0);
        select("default client");
    }

    private Locator key(String name) {
        return page.locator("#keys tr.key:has(.name:text-is('" + name + "'))");
    }

    private void select(String client) {
        page.locator("#client").click();
        Locator option = page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName(client));
        option.click();
        // The list fades away, and a click before it is gone does not open it again.
        assertThat(option).isHidden();
    }

    private void messagesAreWatched() {
        menu("Subscriptions");
        page.locator("#name input").fill("news.*");
        page.locator("#pattern input").check();
        page.locator("#subscribe").click();
        assertThat(page.locator("#messages")).containsText("subscribed to news.*");
        assertEquals("(integer) 1", console("PUBLISH news.sport \"Ada wins\""));
        assertEquals("(integer) 1", console("PUBLISH news.weather sunny"));
        assertThat(page.locator("#messages .text")).containsText(new String[] { "sunny", "Ada wins" });
        assertThat(page.locator("#messages .channel").first()).hasText("news.weather");
        picture("subscriptions");
        page.locator(".stop").click();
        assertThat(page.locator("#watches .chip")).hasCount(0);
    }

    private void theServerIsRestartedAndFlushed() {
        menu("Dev Services");
        Locator process = page.locator("[data-fact=process_id]");
        assertThat(process).hasText(Pattern.compile("\\d+"));
        assertThat(page.locator("#embedded")).containsText("quarkus.redis.hosts");
        String before = process.textContent();
        picture("dev-services");
        confirm("restart", "Restart");
        assertThat(page.getByText("The server was restarted")).isVisible();
        assertThat(process).hasText(Pattern.compile("\\d+"));
        assertThat(process).not().hasText(before);

        select("sessions");
        assertThat(page.locator("#embedded")).containsText("redis://:(hidden)@127.0.0.1");
        assertThat(page.locator("[data-fact=keys]")).hasText("1");
        confirm("flush", "Flush");
        assertThat(page.locator("[data-fact=keys]")).hasText("0");
        assertThat(page.locator("body")).not().containsText(DevUiApplication.PASSWORD);
        select("default client");
    }

    private void theClientsHaveReconnected() {
        menu("Clients");
        assertThat(page.locator("#reconnects")).hasText(Pattern.compile("[1-9]\\d*"));
        assertThat(page.locator("#lanes .state").first()).hasText("READY");
        assertThat(page.locator("#per-second")).hasText(Pattern.compile("[1-9]\\d*"));
    }
}
