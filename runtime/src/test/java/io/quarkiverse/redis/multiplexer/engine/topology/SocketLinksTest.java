package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.quarkiverse.redis.multiplexer.test.DelayLine;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** {@link SocketLinks}, and {@link ServerRoles}, which ask by them. */
class SocketLinksTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final RedisServer server = RedisServer.start();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<Throwable> losses = new CopyOnWriteArrayList<>();
    private ClientSettings settings;
    private SocketLinks links;

    private final LinkListener listener = new LinkListener() {
        @Override
        public void onMessage(Response message) {
            messages.add(message.toString());
        }

        @Override
        public void onLost(Throwable cause) {
            losses.add(cause);
        }
    };

    @BeforeEach
    void make() {
        make(new RedisOptions());
    }

    private void make(RedisOptions options) {
        make(options, server.url());
    }

    private void make(RedisOptions options, String url) {
        make(options, url, new MultiplexerOptions());
    }

    private void make(RedisOptions options, String url, MultiplexerOptions multiplexer) {
        settings = ClientSettings.of("test", options.setConnectionString(url), multiplexer);
        links = new SocketLinks(vertx, context, settings);
    }

    @AfterEach
    void close() throws Exception {
        await(onLoop(start -> links.close()));
        await(vertx.close());
        server.close();
    }

    private <T> Future<T> onLoop(Function<Void, Future<T>> action) {
        return Future.future(promise -> context.runOnContext(start -> action.apply(null).onComplete(promise)));
    }

    private Link open() throws Exception {
        return await(onLoop(start -> links.open(settings.addresses().get(0), listener)));
    }

    private Future<Response> ask(Link link, Command command) {
        return onLoop(start -> link.ask(Request.cmd(command)));
    }

    /** A round trip takes longer than anybody waits for a connection. */
    private DelayLine farAway() throws IOException {
        return new DelayLine(server.port(), TimeUnit.MILLISECONDS.toNanos(600), 1_000_000_000);
    }

    private int connections() {
        try (RespClient client = server.client()) {
            return client.connections().size();
        }
    }

    @Test
    void messagesComeBesideAnswersUntilTheLinkIsClosed() throws Exception {
        Link link = open();
        assertEquals(NodeRole.PRIMARY, link.role());
        context.runOnContext(start -> link.listen("channel"));
        assertEquals("PONG", await(ask(link, Command.PING)).toString());
        try (RespClient client = server.client()) {
            awaitUntil(() -> (Long) client.call("PUBLISH", "channel", "text") == 1);
        }
        awaitUntil(() -> messages.equals(List.of("[message, channel, text]")));
        assertEquals("PONG", await(ask(link, Command.PING)).toString());
        context.runOnContext(start -> link.close());
        awaitUntil(() -> connections() == 0);
        assertTrue(awaitFailure(ask(link, Command.PING)).getMessage().contains("Nothing more is asked"));
        assertEquals(List.of(), losses);
    }

    @Test
    void withoutPushesNothingIsListenedTo() throws Exception {
        make(new RedisOptions().setPreferredProtocolVersion(ProtocolVersion.RESP2));
        Link link = open();
        context.runOnContext(start -> link.listen("channel"));
        assertEquals("PONG", await(ask(link, Command.PING)).toString());
    }

    @Test
    void theRefusalToListenIsNoAnswerToAQuestionAndNoReasonToEnd() throws Exception {
        try (RespClient client = server.client()) {
            client.call("ACL", "SETUSER", "deaf", "on", ">p", "~*", "resetchannels", "+@all");
        }
        make(new RedisOptions(), "redis://deaf:p@localhost:" + server.port());
        Link link = open();
        List<Future<Void>> listening = new ArrayList<>();
        assertEquals("PONG", await(onLoop(start -> {
            listening.add(link.listen("one"));
            listening.add(link.listen("other"));
            return link.ask(Request.cmd(Command.PING));
        })).toString());
        for (Future<Void> each : listening) {
            assertTrue(awaitFailure(each).getMessage().startsWith("NOPERM"), each::toString);
        }
        assertEquals("PONG", await(ask(link, Command.PING)).toString());
        assertEquals(List.of(), losses);
    }

    @Test
    void theEndOfAServerIsToldAndNobodyWaitsForOneThatIsSilent() throws Exception {
        Link link = open();
        server.freeze();
        assertTrue(awaitFailure(ask(link, Command.PING)) instanceof SocketTimeoutException);
        assertTrue(awaitFailure(onLoop(start -> links.open(settings.addresses().get(0), listener))).getMessage()
                .contains("within 1000 ms"));
        server.thaw();
        server.kill();
        awaitUntil(() -> losses.size() == 1);
        // The attempt of before may have come through when the server went on, for the moment that it had left.
        awaitUntil(() -> {
            Future<Link> attempt = onLoop(start -> links.open(settings.addresses().get(0), listener));
            attempt.toCompletionStage().toCompletableFuture().handle((other, failure) -> other).get(20, TimeUnit.SECONDS);
            return attempt.failed() && attempt.cause().getMessage().contains("refused");
        });
    }

    @Test
    void whoIsFarAwayIsWaitedForInTheBackgroundAndMayTakeLongerForAnswers() throws Exception {
        try (DelayLine line = farAway()) {
            make(new RedisOptions(), line.url());
            assertTrue(awaitFailure(onLoop(start -> links.open(settings.addresses().get(0), listener))).getMessage()
                    .contains("within 1000 ms"));
            awaitUntil(() -> {
                Future<Link> attempt = onLoop(start -> links.open(settings.addresses().get(0), listener));
                attempt.toCompletionStage().toCompletableFuture().handle((link, failure) -> link).get(20, TimeUnit.SECONDS);
                return attempt.succeeded() && await(ask(attempt.result(), Command.PING)).toString().equals("PONG");
            });
        }
    }

    @Test
    void whatWasWaitedForInTheBackgroundAndNobodyWantsIsClosed() throws Exception {
        try (DelayLine line = farAway()) {
            make(new RedisOptions(), line.url(), new MultiplexerOptions().setConnectTimeout(Duration.ofSeconds(5)));
            awaitFailure(onLoop(start -> links.open(settings.addresses().get(0), listener)));
            awaitUntil(() -> connections() == 1);
            awaitUntil(() -> connections() == 0);
            assertEquals(List.of(), losses);
        }
    }

    @Test
    void theEndWaitsForLinksAndForThoseThatAreBeingMade() throws Exception {
        open();
        Future<Link> attempt = onLoop(start -> links.open(settings.addresses().get(0), listener));
        await(onLoop(start -> links.close()));
        awaitUntil(() -> connections() == 0);
        assertTrue(attempt.isComplete());
        assertTrue(awaitFailure(onLoop(start -> links.open(settings.addresses().get(0), listener))).getMessage()
                .contains("No more"));
    }

    /** What is there is counted on the event loop: two threads at once would lose count, and the end would never come. */
    @Test
    void theEndOfALinkIsSeenToOnTheEventLoop() throws Exception {
        open();
        Promise<Boolean> onItsLoop = Promise.promise();
        onLoop(start -> {
            EventLoop loop = VertxAccess.eventLoop(context);
            return links.close().onComplete(end -> onItsLoop.complete(loop.inEventLoop()));
        });
        assertTrue(await(onItsLoop.future()));
    }

    @Test
    void anAttemptThatCannotBeginLeavesNothing() throws Exception {
        Vertx other = Vertx.vertx();
        SocketLinks gone = new SocketLinks(other, other.getOrCreateContext(), settings);
        await(other.close());
        assertTrue(gone.open(settings.addresses().get(0), listener).failed());
        assertTrue(gone.close().succeeded());
    }

    @Test
    void whoIsAskedForItsRoleIsNotConnectedToAnyLonger() throws Exception {
        ServerRoles roles = new ServerRoles(links);
        RoleReply reply = await(onLoop(start -> roles.ask(settings.addresses().get(0))));
        assertEquals(NodeRole.PRIMARY, reply.role());
        assertEquals("master", awaitFailure(onLoop(start -> roles.verify(settings.addresses().get(0), NodeRole.REPLICA,
                IllegalStateException::new))).getMessage());
        awaitUntil(() -> connections() == 0);
    }
}
