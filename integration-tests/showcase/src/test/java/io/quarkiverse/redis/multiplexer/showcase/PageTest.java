package io.quarkiverse.redis.multiplexer.showcase;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;

import io.quarkiverse.redis.multiplexer.test.Chromium;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** The page on a desk and on a phone, in the dark, and when nobody answers it. */
@QuarkusTest
class PageTest {

    private static final Path PICTURES = Path.of("target", "showcase");

    @TestHTTPResource("/")
    URL url;

    private final List<String> scriptErrors = new ArrayList<>();
    private Chromium chromium;
    private Page page;

    @BeforeEach
    void open() {
        chromium = Chromium.start();
        page = chromium.open(1200, 1000);
        page.onPageError(scriptErrors::add);
    }

    @AfterEach
    void close() {
        if (chromium != null) {
            chromium.close();
            assertEquals(List.of(), scriptErrors);
        }
    }

    @Test
    void everyConnectionIsShown() {
        visit();
        Locator connections = page.locator("#clients tr");
        assertThat(connections.filter(text("subscriptions")).first()).containsText("ready");
        assertThat(connections.filter(text("dedicated")).first()).containsText("lent");
        assertThat(page.locator("#connections")).hasText(Pattern.compile("[1-9]\\d*"));
        picture("light");
    }

    @Test
    void aPhoneShowsHowOftenLanesWereConnected() {
        page.setViewportSize(390, 844);
        visit();
        BoundingBox connects = page.locator("#clients tbody td:last-child").first().boundingBox();
        assertTrue(connects.x > 0 && connects.x + connects.width <= 390, connects.x + " + " + connects.width);
        assertEquals(390, (int) page.evaluate("document.documentElement.scrollWidth"));
        picture("phone");
    }

    @Test
    void inTheDarkItIsDarkUnlessOneWantsItOtherwise() {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        visit();
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        assertThat(page.locator("body")).hasCSS("background-color", "rgb(13, 19, 31)");
        assertThat(page.locator("body")).hasCSS("color", "rgb(232, 237, 247)");
        picture("dark");
        page.locator("#theme").click();
        assertThat(page.locator("html")).hasAttribute("data-theme", "light");
        page.reload();
        assertThat(page.locator("html")).hasAttribute("data-theme", "light");
    }

    @Test
    void whenNobodyAnswersThatIsSaidAndItGoesOnAfterwards() {
        visit();
        page.route("**/status", Route::abort);
        page.route("**/counter/**", route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("Redis is away")));
        assertThat(page.locator("#link")).hasText("no answer");
        page.locator("#counter button").first().click();
        assertThat(page.locator("#counter .out")).hasText("Redis is away");
        assertThat(page.locator("#counter .out")).hasClass(Pattern.compile("bad"));
        picture("error");
        page.unroute("**/status");
        assertThat(page.locator("#link")).hasText(Pattern.compile("live.*"));
    }

    @Test
    void beforeTheFirstAnswerThereAreNoFigures() {
        page.route("**/status", Route::abort);
        page.navigate(url.toString());
        assertThat(page.locator("#link")).hasText("no answer");
        assertThat(page.locator("#rate")).hasText("–");
        assertThat(page.locator("#connections")).hasText("–");
        picture("empty");
    }

    private void visit() {
        page.navigate(url.toString());
        assertThat(page.locator("#link")).hasText(Pattern.compile("live.*"));
        assertThat(page.locator("#clients tbody tr").first()).isVisible();
    }

    private void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
    }

    private static Locator.FilterOptions text(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }
}
