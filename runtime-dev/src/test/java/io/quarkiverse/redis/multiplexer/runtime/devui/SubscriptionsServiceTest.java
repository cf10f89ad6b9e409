package io.quarkiverse.redis.multiplexer.runtime.devui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.runtime.devui.SubscriptionsService.Event;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.smallrye.mutiny.subscription.Cancellable;

class SubscriptionsServiceTest {

    private static final int MEGABYTE = 1024 * 1024;

    @RegisterExtension
    final ClientOfServer redis = new ClientOfServer();

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private RespClient publisher;
    private Cancellable watching = () -> {
    };

    @BeforeEach
    void connect() {
        publisher = redis.server().client();
    }

    @AfterEach
    void stop() {
        watching.cancel();
        publisher.close();
    }

    @Test
    void ofAHugeMessageThereIsTheBeginningAndHowLongItIs() throws Exception {
        watch("news", false);
        publish("news", "x".repeat(10 * MEGABYTE));
        Event message = next();
        assertEquals("news", message.channel());
        assertTrue(message.text().equals("x".repeat(16 * 1024) + " ... (10485760 bytes)"),
                () -> message.text().length() + " characters");
    }

    @Test
    void theBeginningEndsBehindACharacter() throws Exception {
        watch("news", false);
        for (String character : Arrays.asList("é", "€", "\uD83D\uDE00")) {
            publish("news", "." + character.repeat(10_000));
            String text = next().text();
            assertTrue(text.matches("\\.(" + character + "){4000,8200} \\.\\.\\. \\(\\d+ bytes\\)"), text);
        }
    }

    @Test
    void whatIsJustNotTooLongIsThereAsAWhole() throws Exception {
        watch("news", false);
        publish("news", "x".repeat(16 * 1024));
        assertTrue(next().text().equals("x".repeat(16 * 1024)));
    }

    @Test
    void aChannelMayHaveAHugeName() throws Exception {
        watch("news*", true);
        publish("news" + "s".repeat(MEGABYTE), "goal");
        Event message = next();
        assertTrue(message.channel().endsWith("sss ... (1048580 bytes)"), () -> message.channel().length() + " characters");
        assertEquals("goal", message.text());
    }

    /** Its failure would be logged, with a stack trace. */
    @Test
    void aSubscriptionThatTheServerRefusesEndsWithTheReason() throws Exception {
        publisher.call("ACL", "SETUSER", "default", "resetchannels");
        start("news", false);
        Event refusal = next();
        assertEquals("failed", refusal.kind());
        assertTrue(refusal.text().startsWith("NOPERM"), refusal.text());
        end.get(20, TimeUnit.SECONDS);
    }

    private void watch(String name, boolean pattern) throws InterruptedException {
        start(name, pattern);
        assertEquals("subscribed", next().kind());
    }

    private void start(String name, boolean pattern) {
        watching = new SubscriptionsService(only(redis.client())).watch("test", name, pattern).subscribe()
                .with(events::addAll, end::completeExceptionally, () -> end.complete(null));
    }

    private static DevUiClients only(MultiplexedRedis client) {
        return new DevUiClients() {
            @Override
            MultiplexedRedis named(String name) {
                return client;
            }
        };
    }

    private void publish(String channel, String message) {
        assertEquals(1L, publisher.call("PUBLISH", channel, message));
    }

    private Event next() throws InterruptedException {
        Event event = events.poll(20, TimeUnit.SECONDS);
        assertTrue(event != null, "There was no event");
        return event;
    }
}
