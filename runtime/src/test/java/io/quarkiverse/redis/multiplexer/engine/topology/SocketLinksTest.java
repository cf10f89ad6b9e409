package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
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
        settings = ClientSettings.of("test", options.setConnectionString(server.url()), new MultiplexerOptions());
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
    void theEndOfAServerIsToldAndNobodyWaitsForOneThatIsSilent() throws Exception {
        Link link = open();
        server.freeze();
        assertTrue(awaitFailure(ask(link, Command.PING)) instanceof SocketTimeoutException);
        assertTrue(awaitFailure(onLoop(start -> links.open(settings.addresses().get(0), listener))).getMessage()
                .contains("within 1000 ms"));
        server.thaw();
        server.kill();
        awaitUntil(() -> losses.size() == 1);
        assertTrue(awaitFailure(onLoop(start -> links.open(settings.addresses().get(0), listener))).getMessage()
                .contains("refused"));
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
