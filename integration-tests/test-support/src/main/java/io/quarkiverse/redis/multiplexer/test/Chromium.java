package io.quarkiverse.redis.multiplexer.test;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;

/** The headless Chromium of this machine. Playwright would download one of its own. */
public final class Chromium implements AutoCloseable {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

    /** Longer than the 5 s and 30 s of Playwright: what is waited for comes late on a machine with much else to do. */
    private static final double TIMEOUT_MILLIS = 90_000;

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Path executable) {
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(executable)
                .setArgs(List.of("--no-sandbox")));
        PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT_MILLIS);
    }

    /** Starts it. Where there is none, the test is skipped; in CI it fails. */
    public static Chromium start() {
        Optional<Path> executable = find();
        if (System.getenv("CI") != null) {
            assertTrue(executable.isPresent(), "CI needs one of " + NAMES + " on the PATH");
        }
        assumeTrue(executable.isPresent(), "Skipped: none of " + NAMES + " is on the PATH");
        return new Chromium(executable.get());
    }

    private static Optional<Path> find() {
        return NAMES.stream().flatMap(name -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))).filter(Files::isExecutable).findFirst();
    }

    public Page open(int width, int height) {
        Page page = browser.newPage(new Browser.NewPageOptions().setViewportSize(width, height).setLocale("en-GB"));
        page.setDefaultTimeout(TIMEOUT_MILLIS);
        return page;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
