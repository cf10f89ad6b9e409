package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.quarkiverse.redis.multiplexer.test.DelayLine;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/**
 * For each test a server that has one large value, and clients with a lane each, which have what they need to read that on
 * another
 * connection than everything else. The server answers OK to all but {@code GET large} and {@code GET slow}, which the test
 * answers, to what says {@code unanswered}, and to {@code HANGUP}.
 */
final class LargeValueServer implements BeforeEachCallback, AfterEachCallback {

    static final int LARGE = 1024 * 1024;
    static final String HEADER = "$" + LARGE + "\r\n";
    static final String VALUE = "v".repeat(LARGE);

    final RealRedis real = new RealRedis();

    /** Where the large value was read, while that was answered at once. */
    private final Set<Consumer<String>> readOn = ConcurrentHashMap.newKeySet();
    /** Where the large value is read, and where a slow one is, when it is the test that answers. */
    private final BlockingQueue<Consumer<String>> reads = new LinkedBlockingQueue<>();
    private final BlockingQueue<Consumer<String>> slowReads = new LinkedBlockingQueue<>();
    private final List<DelayLine> links = new ArrayList<>();
    private volatile boolean answering = true;
    private final ScriptedServer server = new ScriptedServer(this::answer);

    @Override
    public void beforeEach(ExtensionContext context) {
        real.beforeEach(context);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        real.afterEach(context);
        links.forEach(DelayLine::close);
        server.close();
    }

    private String answer(List<String> command, Consumer<String> connection) {
        if (command.equals(List.of("GET", "large"))) {
            if (answering) {
                readOn.add(connection);
                return HEADER + VALUE + "\r\n";
            }
            reads.add(connection);
            return null;
        }
        if (command.equals(List.of("GET", "slow"))) {
            slowReads.add(connection);
            return null;
        }
        if (command.contains("unanswered")) {
            return null;
        }
        return command.get(0).equals("HANGUP") ? ScriptedServer.HANG_UP : "+OK\r\n";
    }

    MultiplexedRedis experiencedClient() throws Exception {
        return experiencedClient(new MultiplexerOptions());
    }

    MultiplexedRedis experiencedClient(MultiplexerOptions options) throws Exception {
        MultiplexedRedis redis = client(slowLink(server.port()), options);
        // The connection for large replies is not waited for.
        while (readOn.size() < 2) {
            assertValue(redis.send(request(Command.GET, "large")));
        }
        answering = false;
        return redis;
    }

    MultiplexedRedis client(DelayLine link, MultiplexerOptions options) {
        return real.client(new RedisOptions().setConnectionString(link.url()), options.setLanes(1));
    }

    /**
     * A link on which the large value takes 250 ms, and all else next to nothing: clearly less even on a machine on which a
     * round
     * trip takes some tens of milliseconds.
     */
    DelayLine slowLink(int port) throws IOException {
        return link(port, 0, 4L * LARGE);
    }

    DelayLine link(int port, long oneWayMillis, long bytesPerSecond) throws IOException {
        DelayLine link = new DelayLine(port, TimeUnit.MILLISECONDS.toNanos(oneWayMillis), bytesPerSecond);
        links.add(link);
        return link;
    }

    ScriptedServer server() {
        return server;
    }

    /** On how many connections the large value was read before the test began to answer. */
    int connectionsReadOn() {
        return readOn.size();
    }

    /** Where the large value is read, once it is. */
    Consumer<String> nextRead() throws InterruptedException {
        Consumer<String> connection = reads.poll(10, TimeUnit.SECONDS);
        assertTrue(connection != null, "The large value is not read");
        return connection;
    }

    /** Where {@code GET slow} is, once it is. */
    Consumer<String> nextSlowRead() throws InterruptedException {
        Consumer<String> connection = slowReads.poll(10, TimeUnit.SECONDS);
        assertTrue(connection != null, "Nothing is read slowly");
        return connection;
    }

    /** Where everything but the large value is read. */
    Consumer<String> lane(MultiplexedRedis redis) throws Exception {
        Future<Response> other = redis.send(request(Command.GET, "slow"));
        Consumer<String> lane = nextSlowRead();
        lane.accept("+done\r\n");
        assertEquals("done", awaitText(other));
        return lane;
    }

    void assertNotReadAgain() {
        Awaitility.await().pollDelay(Duration.ZERO).during(Duration.ofMillis(100)).until(reads::isEmpty);
    }

    void assertNotReceived(String name) {
        Awaitility.await().pollDelay(Duration.ZERO).during(Duration.ofMillis(100))
                .until(() -> server.received().stream().noneMatch(command -> command.get(0).equals(name)));
    }

    static void assertValue(Future<Response> large) throws Exception {
        assertTrue(VALUE.equals(awaitText(large)), "Not the value");
    }
}
