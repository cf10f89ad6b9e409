package io.quarkiverse.redis.multiplexer.showcase;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

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

import io.quarkiverse.redis.multiplexer.test.Chromium;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

/** Somebody looks at the cluster with a browser, and changes it. */
@QuarkusTest
@TestProfile(OnCluster.class)
class ClusterPageTest {

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
        page.navigate(url.toString());
    }

    @AfterEach
    void close() {
        if (chromium != null) {
            chromium.close();
            assertEquals(List.of(), scriptErrors);
        }
    }

    @Test
    void theNodesAreDrawn() {
        assertThat(cluster()).isVisible();
        assertThat(cluster().locator(".shard")).hasCount(3);
        assertThat(cluster().locator(".node")).hasCount(6);
        assertThat(cluster().locator(".node", text("primary"))).hasCount(3);
        assertThat(cluster().locator(".node", text("replica"))).hasCount(3);
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "showcase", "cluster.png")).setFullPage(true));
    }

    @Test
    void slotsAreMoved() {
        Locator shard = cluster().locator(".shard").first();
        String before = shard.locator("h3").textContent();
        shard.locator("button[name=move]").click();
        assertThat(cluster().locator(".out"))
                .hasText(Pattern.compile("500 slots with .* keys moved from .* to .* in .* ms\\."));
        assertThat(shard.locator("h3")).not().hasText(before);
    }

    @Test
    void aReplicaTakesOver() {
        Locator shard = cluster().locator(".shard").last();
        String replica = shard.locator(".node", text("replica")).locator("code").textContent();
        shard.locator("button[name=failover]").click();
        assertThat(cluster().locator(".out")).containsText(replica + " is a primary now, after ");
        assertThat(shard.locator(".node", text("primary")).locator("code")).hasText(replica);
    }

    private Locator cluster() {
        return page.locator("#cluster");
    }

    private static Locator.LocatorOptions text(String text) {
        return new Locator.LocatorOptions().setHasText(text);
    }
}
