package io.quarkiverse.redis.multiplexer.deployment.devui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;

import io.quarkiverse.redis.multiplexer.test.Chromium;
import io.vertx.core.json.JsonObject;

/**
 * Visits to the Dev UI of one application, with one browser: what one visit leaves behind is seen on the next. Their pictures
 * are in {@code target/dev-ui}, and those of visits that failed in a folder of their own.
 */
abstract class DevUiVisits {

    private static final Path PICTURES = Path.of("target", "dev-ui");

    private final int port;
    private final List<String> scriptErrors = new ArrayList<>();
    private Chromium chromium;
    Page page;
    JsonRpcClient devUi;

    /** @param port of the application, which has a page {@code /greeting} */
    DevUiVisits(int port) {
        this.port = port;
    }

    @BeforeEach
    void open() {
        chromium = Chromium.start();
        page = chromium.open(1200, 760);
        page.onPageError(scriptErrors::add);
        given().port(port).get("/greeting").then().statusCode(200);
        devUi = new JsonRpcClient(port);
        page.navigate("http://localhost:" + port + "/q/dev-ui/extensions");
    }

    @AfterEach
    void close() {
        if (chromium != null) {
            devUi.close();
            chromium.close();
        }
    }

    final DynamicTest visit(String name, Executable visit) {
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

    final Locator card() {
        return page.locator("qwc-extension").filter(new Locator.FilterOptions().setHasText("Redis Multiplexer"));
    }

    static Locator link(Locator place, String title) {
        return place.locator("a.extensionLink").filter(new Locator.FilterOptions().setHasText(title));
    }

    /** The pages of an extension are tabs. */
    final void menu(String title) {
        link(page.locator("vaadin-tab"), title).click();
    }

    final void confirm(String button, String confirmation) {
        page.locator("#" + button).click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(confirmation)).last().click();
    }

    /** In the page of the console, until there is a reply. */
    final void type(String command) {
        int before = replies().count();
        page.locator("#line").fill(command);
        page.locator("#line").press("Enter");
        assertThat(replies()).hasCount(before + 1);
    }

    final Locator replies() {
        return page.locator("#transcript .reply");
    }

    /** The reply to a command that is not typed, on whatever page. */
    final String console(String line) {
        return ((JsonObject) devUi.call("execute", "client", "<default>", "line", line)).getString("reply");
    }

    final void inTheDark(Runnable visit) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        visit.run();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }

    /** On the page of the clients, until the charts have so many points more. */
    final void awaitPoints(int more) {
        Locator chart = page.locator("redis-multiplexer-chart").first();
        int before = points(chart);
        page.waitForCondition(() -> points(chart) >= before + more);
    }

    private static int points(Locator chart) {
        return (int) chart.evaluate("chart => chart.points.length");
    }

    final void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(pictureFile(name)));
    }

    static Path pictureFile(String name) {
        return PICTURES.resolve("dev-ui-" + name + ".png");
    }
}
