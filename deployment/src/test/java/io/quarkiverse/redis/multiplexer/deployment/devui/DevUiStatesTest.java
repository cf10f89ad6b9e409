package io.quarkiverse.redis.multiplexer.deployment.devui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;

import io.quarkiverse.redis.multiplexer.test.Chromium;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.test.QuarkusDevModeTest;
import io.vertx.core.json.JsonObject;

/** The pages of the Dev UI when there is nothing to show, too much, or something is wrong; in the dark, and on a phone. */
class DevUiStatesTest {

    private static final int PORT = RedisServer.freePort();
    private static final Path PICTURES = Path.of("target", "dev-ui");
    private static final Map<String, String> TITLES = Map.of("clients", "Clients", "console", "Console", "keys", "Keys",
            "subscriptions", "Subscriptions", "dev-services", "Dev Services");

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = DevUiApplication.inDevMode(PORT);

    private final List<String> scriptErrors = new ArrayList<>();
    private Chromium chromium;
    private Page page;
    private JsonRpcClient devUi;

    @BeforeEach
    void open() {
        chromium = Chromium.start();
        page = chromium.open(1200, 760);
        page.onPageError(scriptErrors::add);
        given().port(PORT).get("/greeting").then().statusCode(200);
        devUi = new JsonRpcClient(PORT);
        page.navigate("http://localhost:" + PORT + "/q/dev-ui/extensions");
        page.locator("qwc-extension").filter(new Locator.FilterOptions().setHasText("Redis Multiplexer"))
                .locator("a.extensionLink").filter(new Locator.FilterOptions().setHasText("Clients")).click();
    }

    @AfterEach
    void close() {
        if (chromium != null) {
            devUi.close();
            chromium.close();
        }
    }

    /** One application for all of them. */
    @TestFactory
    Stream<DynamicTest> theDevUi() {
        return Stream.of(
                visit("pagesSayThatThereIsNothing", this::pagesSayThatThereIsNothing),
                visit("amountsAreInWords", this::amountsAreInWords),
                visit("aLongReplyComesInParts", this::aLongReplyComesInParts),
                visit("aScriptIsKilledWhileItIsWaitedFor", this::aScriptIsKilledWhileItIsWaitedFor),
                visit("theConsoleUsesTheHeight", this::theConsoleUsesTheHeight),
                visit("aLongScanSaysHowFarItIs", this::aLongScanSaysHowFarItIs),
                visit("aNameWithAStarIsAPattern", this::aNameWithAStarIsAPattern),
                visit("everyConnectionIsShown", this::everyConnectionIsShown),
                visit("aPhoneShowsConnects", this::aPhoneShowsConnects),
                visit("pagesCanBeReadInTheDark", this::pagesCanBeReadInTheDark),
                visit("pagesSayThatTheServerIsAway", this::pagesSayThatTheServerIsAway));
    }

    private DynamicTest visit(String name, Executable visit) {
        return dynamicTest(name, () -> {
            try {
                visit.execute();
                assertEquals(List.of(), scriptErrors);
            } catch (Throwable failure) {
                page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve("failed/" + name + ".png")));
                throw failure;
            }
        });
    }

    private void pagesSayThatThereIsNothing() {
        assertThat(page.locator("#batch")).hasText("–");
        menu("Subscriptions");
        assertThat(page.locator("#none")).hasText("Subscribe to something to see what is published there.");
        menu("Keys");
        assertThat(page.locator("#progress")).hasText("This database is empty.");
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
        page.waitForCondition(() -> answer("SCRIPT KILL").equals("OK"));
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
    }

    private void aPhoneShowsConnects() {
        page.setViewportSize(390, 800);
        BoundingBox connects = box(page.locator("#lanes .connects").first());
        assertTrue(connects.x >= 0 && connects.x + connects.width <= 390, "from " + connects.x + ", " + connects.width + " px");
        picture("phone");
        page.setViewportSize(1200, 760);
    }

    private void pagesCanBeReadInTheDark() {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        console("SET greeting hello");
        TITLES.forEach((name, title) -> {
            menu(title);
            Locator shown = page.locator("qwc-redis-multiplexer-" + name);
            assertThat(shown).isVisible();
            // Of what is dark on dark nothing can be read.
            assertTrue((double) shown.evaluate(CONTRAST) > 4.5, title + ": " + shown.evaluate(CONTRAST));
            assertThat(page.locator("#node")).hasText(Pattern.compile("127.0.0.1:\\d+"));
            picture(name + "-dark");
        });
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
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
        picture("clients-error");
        menu("Dev Services");
        assertThat(page.locator("#unreachable")).containsText("Redis client");
        picture("dev-services-error");
        menu("Keys");
        assertThat(page.locator("#error")).containsText("Redis client");
        picture("keys-error");
        menu("Console");
        type("GET greeting");
        assertThat(page.locator("#transcript .reply").last()).containsText("(error) Redis client");

        menu("Dev Services");
        page.locator("#restart").click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Restart")).last().click();
        assertThat(page.locator("[data-fact=process_id]")).hasText(Pattern.compile("\\d+"));
        assertThat(page.locator("[data-fact=uptime_in_seconds]")).hasText(Pattern.compile("[\\d.]+ m?s"));
        assertThat(page.locator("[data-fact=used_memory]")).hasText(Pattern.compile("[\\d.]+ [KM]iB"));
        assertThat(page.locator("#unreachable")).hasCount(0);
    }

    private void menu(String title) {
        page.locator("vaadin-tab a.extensionLink").filter(new Locator.FilterOptions().setHasText(title)).click();
    }

    private void type(String command) {
        Locator replies = page.locator("#transcript .reply");
        int before = replies.count();
        page.locator("#line").fill(command);
        page.locator("#line").press("Enter");
        assertThat(replies).hasCount(before + 1);
    }

    private String answer(String line) {
        return ((JsonObject) devUi.call("execute", "client", "<default>", "line", line)).getString("reply");
    }

    private void console(String line) {
        answer(line);
    }

    private static BoundingBox box(Locator locator) {
        locator.waitFor();
        return locator.boundingBox();
    }

    private void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve("dev-ui-" + name + ".png")));
    }
}
