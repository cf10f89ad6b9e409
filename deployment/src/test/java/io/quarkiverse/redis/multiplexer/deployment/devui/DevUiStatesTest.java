package io.quarkiverse.redis.multiplexer.deployment.devui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.BoundingBox;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.test.QuarkusDevModeTest;

/** The pages of the Dev UI when there is nothing to show, too much, or something is wrong; in the dark, and on a phone. */
class DevUiStatesTest extends DevUiVisits {

    private static final int PORT = RedisServer.freePort();
    private static final Map<String, String> TITLES = Map.of("clients", "Clients", "console", "Console", "keys", "Keys",
            "subscriptions", "Subscriptions", "dev-services", "Dev Services");

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = DevUiApplication.inDevMode(PORT);

    DevUiStatesTest() {
        super(PORT);
    }

    @BeforeEach
    void goToTheClients() {
        link(card(), "Clients").click();
    }

    /** One application for all of them. */
    @TestFactory
    Stream<DynamicTest> theDevUi() {
        return Stream.of(
                visit("pagesSayThatThereIsNothing", this::pagesSayThatThereIsNothing),
                visit("theChartOfBatchesHasAGapWhileNothingIsSent", this::theChartOfBatchesHasAGapWhileNothingIsSent),
                visit("amountsAreInWords", this::amountsAreInWords),
                visit("aLongReplyComesInParts", this::aLongReplyComesInParts),
                visit("aScriptIsKilledWhileItIsWaitedFor", this::aScriptIsKilledWhileItIsWaitedFor),
                visit("theConsoleUsesTheHeight", this::theConsoleUsesTheHeight),
                visit("aLongScanSaysHowFarItIs", this::aLongScanSaysHowFarItIs),
                visit("aNameWithAStarIsAPattern", this::aNameWithAStarIsAPattern),
                visit("ofLongMessagesThereIsTheBeginning", this::ofLongMessagesThereIsTheBeginning),
                visit("aSubscriptionThatIsRefusedSaysWhy", this::aSubscriptionThatIsRefusedSaysWhy),
                visit("everyConnectionIsShown", this::everyConnectionIsShown),
                visit("aPhoneShowsConnects", this::aPhoneShowsConnects),
                visit("pagesCanBeReadInTheDark", this::pagesCanBeReadInTheDark),
                visit("pagesSayThatTheServerIsAway", this::pagesSayThatTheServerIsAway));
    }

    private void pagesSayThatThereIsNothing() {
        assertThat(page.locator("#batch")).hasText("–");
        menu("Subscriptions");
        assertThat(page.locator("#none")).hasText("Subscribe to something to see what is published there.");
        menu("Keys");
        assertThat(page.locator("#progress")).hasText("This database is empty.");
    }

    private void theChartOfBatchesHasAGapWhileNothingIsSent() {
        menu("Clients");
        awaitPoints(2);
        assertTrue(batches().stream().allMatch(Objects::isNull), () -> batches().toString());
        page.waitForCondition(() -> {
            given().port(PORT).get("/increments?count=50").then().statusCode(200);
            return latestBatch().isPresent();
        });
        page.waitForCondition(() -> latestBatch().isEmpty());
        assertThat(page.locator("#batch")).hasText("–");
        assertTrue(batches().stream().anyMatch(Objects::nonNull), () -> batches().toString());
        picture("clients-idle");
        console("FLUSHALL");
    }

    /** As the chart has got them. */
    private List<?> batches() {
        return (List<?>) page.locator("redis-multiplexer-chart[label='Commands per batch']")
                .evaluate("chart => chart.points.map(([time, batch]) => batch)");
    }

    private Optional<Object> latestBatch() {
        List<?> batches = batches();
        return Optional.ofNullable(batches.get(batches.size() - 1));
    }

    private void amountsAreInWords() {
        menu("Keys");
        console("SET one x");
        console("EVAL \"redis.call('SET', 'long', string.rep('x', 1536))\" 0");
        console("EVAL \"for i = 1, 2000 do redis.call('RPUSH', 'list', i) end\" 0");
        console("XADD stream * f v");
        page.locator("#scan").click();
        for (Map.Entry<String, String> length : Map.of("one", "string, 1 byte", "long", "string, 1.5 KiB", "list",
                "list, 2,000 elements", "stream", "stream, 1 entry").entrySet()) {
            page.locator("#keys tr.key:has(.name:text-is('" + length.getKey() + "'))").click();
            assertThat(page.locator("#length")).hasText(length.getValue());
        }
        assertThat(page.locator("#progress")).hasText("These are all: 4 of 4 keys.");
    }

    private void aLongReplyComesInParts() {
        console("EVAL \"redis.call('SET', 'huge', string.rep('x', 10 * 1024 * 1024))\" 0");
        menu("Console");
        type("GET huge");
        Locator rest = page.locator("#transcript .rest");
        assertThat(rest).containsText(Pattern.compile("10,4\\d\\d,\\d\\d\\d more characters"));
        int shown = shown();
        assertTrue(shown < 40_000, shown + " characters");
        String before = rest.textContent();
        page.locator("#transcript .more").click();
        assertThat(rest).not().hasText(before);
        assertTrue(shown() > shown && shown() < 80_000, shown() + " characters");
        console("UNLINK huge");
    }

    private int shown() {
        return page.locator("#transcript").textContent().length();
    }

    private void aScriptIsKilledWhileItIsWaitedFor() {
        console("CONFIG SET lua-time-limit 100");
        page.locator("#line").fill("EVAL \"while true do end\" 0");
        page.locator("#line").press("Enter");
        assertThat(page.locator("#transcript .waiting")).isVisible();
        page.waitForCondition(() -> console("SCRIPT KILL").equals("OK"));
        assertThat(page.locator("#transcript .waiting")).hasCount(0);
        assertThat(page.locator("#transcript .reply").last()).containsText("(error)");

        page.locator("#line").fill("EVAL \"while true do end\" 0");
        page.locator("#line").press("Enter");
        page.waitForCondition(() -> {
            int replies = page.locator("#transcript .reply").count();
            page.locator("#line").fill("SCRIPT KILL");
            page.locator("#line").press("Enter");
            page.waitForCondition(() -> page.locator("#transcript .reply").count() > replies);
            return page.locator("#transcript .waiting").count() == 0;
        });
        assertThat(page.locator("#transcript .reply").filter(new Locator.FilterOptions().setHasText("OK")).last()).isVisible();
    }

    private void theConsoleUsesTheHeight() {
        double page760 = box(page.locator("#transcript")).height;
        assertTrue(page760 > 400, page760 + " px");
        double bottom = box(page.locator("#line")).y + box(page.locator("#line")).height;
        assertTrue(bottom > 640, "the line ends at " + bottom + " px of 760");
        page.setViewportSize(1200, 1000);
        page.waitForCondition(() -> box(page.locator("#transcript")).height > page760 + 200);
        page.setViewportSize(1200, 760);
    }

    private void aLongScanSaysHowFarItIs() {
        console("EVAL \"for i = 1, 30000 do redis.call('SET', 'many:' .. i, i) end\" 0");
        menu("Keys");
        page.locator("#pattern input").fill("many:*");
        page.locator("#scan").click();
        assertThat(page.locator("#progress")).hasText(Pattern
                .compile("Looked at about [\\d,]+ of 30,00\\d keys, found \\d+\\.\\s*Scan on"));
        int before = page.locator("#keys tr.key").count();
        page.locator("#more").click();
        page.waitForCondition(() -> page.locator("#keys tr.key").count() > before);

        page.locator("#pattern input").fill("none-of-these:*");
        page.locator("#scan").click();
        assertThat(page.locator("#progress")).hasText(Pattern.compile("None of 30,00\\d keys\\."));
        console("FLUSHALL");
    }

    private void aNameWithAStarIsAPattern() {
        menu("Subscriptions");
        Locator pattern = page.locator("#pattern input");
        page.locator("#name input").fill("news.*");
        assertThat(pattern).isChecked();
        page.locator("#name input").fill("news");
        assertThat(pattern).not().isChecked();
        page.locator("#name input").fill("news.*");
        pattern.uncheck();
        page.locator("#subscribe").click();
        assertThat(page.locator("#messages")).containsText("subscribed to news.*");
        console("PUBLISH news.sport foul");
        console("PUBLISH news.* goal");
        assertThat(page.locator("#messages .text")).hasText("goal");
        page.locator("#name input").fill("weather.*");
        assertThat(pattern).isChecked();
        page.locator("#subscribe").click();
        assertThat(page.locator("#messages")).containsText("subscribed to weather.*");
        console("PUBLISH weather.today sunny");
        assertThat(page.locator("#messages .text").first()).hasText("sunny");
    }

    private void ofLongMessagesThereIsTheBeginning() {
        menu("Subscriptions");
        subscribe("news");
        assertThat(page.locator("#messages")).containsText("subscribed to news");
        console("EVAL \"redis.call('PUBLISH', 'news', string.rep('x', 10 * 1024 * 1024))\" 0");
        assertThat(page.locator("#messages .text").first()).containsText("x ... (10485760 bytes)");
        int shown = page.locator("#messages").textContent().length();
        assertTrue(shown < 20_000, shown + " characters");

        console("EVAL \"for i = 1, 40 do redis.call('PUBLISH', 'news', string.rep('x', 20000)) end\" 0");
        assertThat(page.locator("#latest")).hasText(Pattern.compile("The latest 15 of 4\\d\\."));
        assertThat(page.locator("#messages .text")).hasCount(15);
        console("EVAL \"for i = 1, 1000 do redis.call('PUBLISH', 'news', i) end\" 0");
        assertThat(page.locator("#latest")).hasText(Pattern.compile("The latest 200 of 1,04\\d\\."));
        assertThat(page.locator("#messages .text").first()).hasText("1000");
    }

    private void aSubscriptionThatIsRefusedSaysWhy() {
        // Whose subscriptions end when one leaves the page.
        menu("Clients");
        assertThat(page.locator("#subscriptions")).hasText("0");
        menu("Subscriptions");
        console("ACL SETUSER default resetchannels");
        subscribe("secrets");
        assertThat(page.locator("#error")).hasText(Pattern.compile("secrets: NOPERM .*"));
        assertThat(page.locator("#watches .chip")).hasCount(0);
        picture("subscriptions-error");
        console("ACL SETUSER default allchannels");
        subscribe("secrets");
        assertThat(page.locator("#messages")).containsText("subscribed to secrets");
        assertThat(page.locator("#error")).hasCount(0);
    }

    private void subscribe(String name) {
        page.locator("#name input").fill(name);
        page.locator("#subscribe").click();
    }

    private void everyConnectionIsShown() {
        JsonRpcClient.Stream news = devUi.subscribe("watch", "client", "<default>", "name", "news", "pattern", false);
        news.next();
        console("WATCH nothing");
        menu("Clients");
        assertThat(page.locator("#lanes .subscribing .state")).hasText("READY");
        assertThat(page.locator("#lanes .dedicated .state")).hasText(Pattern.compile("\\d lent, \\d idle"));
        assertThat(page.locator("#connections")).hasText(Pattern.compile("[3-9]|\\d\\d"));
        console("UNWATCH");
        news.close();

        console("EVAL \"for i = 1, 100 do redis.call('RPUSH', 'large', string.rep('x', 100000)) end\" 0");
        String large = Base64.getEncoder().encodeToString("large".getBytes(StandardCharsets.UTF_8));
        Locator sideTrack = page.locator("#lanes .side-track .state").first();
        page.waitForCondition(() -> {
            devUi.value("value", "client", "<default>", "id", large);
            return sideTrack.isVisible();
        });
        assertThat(sideTrack).hasText("READY");
        console("UNLINK large");
    }

    private void aPhoneShowsConnects() {
        page.setViewportSize(390, 800);
        BoundingBox connects = box(page.locator("#lanes .connects").first());
        assertTrue(connects.x >= 0 && connects.x + connects.width <= 390, "from " + connects.x + ", " + connects.width + " px");
        awaitPoints(3);
        Locator last = page.locator("#lanes tr").last();
        last.scrollIntoViewIfNeeded();
        assertThat(last).isInViewport();
        picture("phone");
        page.setViewportSize(1200, 760);
    }

    private void pagesCanBeReadInTheDark() {
        console("SET greeting hello");
        inTheDark(() -> TITLES.forEach((name, title) -> {
            menu(title);
            Locator shown = page.locator("qwc-redis-multiplexer-" + name);
            assertThat(shown).isVisible();
            // Of what is dark on dark nothing can be read.
            assertTrue((double) shown.evaluate(CONTRAST) > 4.5, title + ": " + shown.evaluate(CONTRAST));
            assertThat(page.locator("#node")).hasText(Pattern.compile("127.0.0.1:\\d+"));
            picture(name + "-dark");
        }));
    }

    /** Between the text of an element and the page, by the formula of WCAG. */
    private static final String CONTRAST = """
            element => {
                const luminance = color => {
                    const parts = color.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
                        .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
                    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
                };
                const text = luminance(getComputedStyle(element).color);
                const back = luminance(getComputedStyle(document.body).backgroundColor);
                return (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05) + 0.0001;
            }
            """;

    private void pagesSayThatTheServerIsAway() {
        console("SHUTDOWN NOSAVE");
        // Who has not been used for a second may take it for quite usual that the server has closed the connection.
        menu("Console");
        type("GET greeting");
        menu("Clients");
        assertThat(page.locator("#lanes .state").first()).hasText("BACKING_OFF");
        awaitPoints(6);
        picture("away");
        menu("Dev Services");
        assertThat(page.locator("#unreachable")).containsText("Redis client");
        picture("dev-services-error");
        menu("Keys");
        assertThat(page.locator("#error")).containsText("Redis client");
        picture("keys-error");
        menu("Subscriptions");
        subscribe("news");
        assertThat(page.locator("#error")).containsText("news: Redis client");
        menu("Console");
        type("GET greeting");
        assertThat(page.locator("#transcript .reply").last()).containsText("(error) Redis client");

        menu("Dev Services");
        confirm("restart", "Restart");
        assertThat(page.locator("[data-fact=process_id]")).hasText(Pattern.compile("\\d+"));
        assertThat(page.locator("[data-fact=uptime_in_seconds]")).hasText(Pattern.compile("[\\d.]+ m?s"));
        assertThat(page.locator("[data-fact=used_memory]")).hasText(Pattern.compile("[\\d.]+ [KM]iB"));
        assertThat(page.locator("#unreachable")).hasCount(0);
    }

    private static BoundingBox box(Locator locator) {
        locator.waitFor();
        return locator.boundingBox();
    }
}
