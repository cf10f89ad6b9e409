package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link Handshake}, word for word, with a server that is the test. */
class HandshakeByHandTest implements Handshake.Observer {

    private static final RedisCredentials NOBODY = new RedisCredentials(null, null, null);
    private static final RedisCredentials ALICE = new RedisCredentials("alice", "secret", null);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final RedisOptions options = new RedisOptions().setConnectionString("redis://localhost/7?client=app");
    private final NodeAddress address = NodeAddress.of(options);
    private final Failures failures = new Failures("test", address, new MultiplexerOptions());
    private final HandSocket server = new HandSocket(context, failures, new RecordingOwner());
    private final List<String> observed = new ArrayList<>();
    private boolean takesUnselected;

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Override
    public void onRefusedHello() {
        observed.add("refused");
    }

    @Override
    public void onIdentity(ServerIdentity identity) {
        observed.add(identity.role() + " " + identity.server());
    }

    @Override
    public void onStrangeAnswer() {
        observed.add("strange");
    }

    @Test
    void helloSaysAllAndTheRoleComesBeforeTheLastPing() throws Exception {
        Future<Void> done = perform(ConnectionRole.READ_ONLY, Greeting.HELLO, ALICE);
        answer("HELLO 3 AUTH alice secret SETNAME app", "%3;+id;:7;+role;+master;+server;+redis;");
        assertSent("SELECT 7", "READONLY", "PING");
        say("+OK;");
        say("+OK;");
        assertFalse(done.isComplete());
        say("+PONG;");
        assertTrue(done.succeeded());
        assertEquals(List.of(NodeRole.PRIMARY + " redis"), observed);
        assertTrue(server.connection.isResp3());
        assertEquals(Optional.of("7"), server.connection.serverSideId());
        assertEquals(Optional.empty(), server.connection.loginExpiry());
    }

    @Test
    void whereHelloIsRefusedItIsGoneOnWithout() throws Exception {
        Future<Void> done = perform(ConnectionRole.PLAIN, Greeting.HELLO, ALICE);
        answer("HELLO 3 AUTH alice secret SETNAME app", "-ERR unknown command;");
        answer("PING", "-NOAUTH who are you;");
        answer("AUTH alice secret", "+OK;");
        answer("CLIENT SETNAME app", "-ERR unknown command;");
        assertSent("SELECT 7", "PING");
        say("+OK;+PONG;");
        assertTrue(done.succeeded());
        assertEquals(List.of("refused"), observed);
        assertFalse(server.connection.isResp3());
        assertEquals(Optional.empty(), server.connection.serverSideId());
    }

    @Test
    void withoutAPasswordAllIsSentAtOnce() throws Exception {
        Future<Void> done = perform(ConnectionRole.READ_ONLY, Greeting.HELLO, NOBODY);
        assertSent("HELLO 3 SETNAME app", "SELECT 7", "READONLY", "PING");
        say("%0;+OK;+OK;");
        assertFalse(done.isComplete());
        say("+PONG;");
        assertTrue(done.succeeded());
    }

    @Test
    void whatWasSentBehindARefusedHelloIsAsGood() throws Exception {
        Future<Void> done = perform(ConnectionRole.PLAIN, Greeting.HELLO, NOBODY);
        assertSent("HELLO 3 SETNAME app", "SELECT 7", "PING");
        say("-ERR unknown command;+OK;+PONG;");
        assertFalse(done.isComplete());
        answer("PING", "+PONG;");
        answer("CLIENT SETNAME app", "+OK;");
        assertTrue(done.succeeded());
        assertEquals(List.of("refused"), observed);
    }

    @Test
    void aServerThatIsSilentAtHelloIsSeenByTheAnswersOfTheOthers() throws Exception {
        Future<Void> done = perform(ConnectionRole.PLAIN, Greeting.HELLO, NOBODY);
        assertSent("HELLO 3 SETNAME app", "SELECT 7", "PING");
        say("+OK;+PONG;");
        assertFalse(done.isComplete());
        assertEquals(List.of("strange"), observed);
    }

    @Test
    void withoutThePasswordThatIsNeededNothingIsAsGood() throws Exception {
        Future<Void> done = perform(ConnectionRole.PLAIN, Greeting.HELLO, NOBODY);
        assertSent("HELLO 3 SETNAME app", "SELECT 7", "PING");
        say("-NOAUTH who are you;-NOAUTH who are you;-NOAUTH who are you;");
        answer("PING", "-NOAUTH who are you;");
        assertEquals("NOAUTH who are you", done.cause().getMessage());
    }

    @Test
    void aServerThatHasNoDataYetIsNotFit() throws Exception {
        Future<Void> done = perform(ConnectionRole.PLAIN, Greeting.HELLO, NOBODY);
        assertSent("HELLO 3 SETNAME app", "SELECT 7", "PING");
        say("%0;+OK;-LOADING not yet;");
        assertInstanceOf(ErrorType.class, done.cause());
    }

    @Test
    void aBusyServerIsFit() throws Exception {
        Future<Void> done = perform(ConnectionRole.PLAIN, Greeting.PING, NOBODY);
        answer("PING", "-BUSY a script is running;");
        answer("CLIENT SETNAME app", "+OK;");
        assertSent("SELECT 7", "PING");
        say("+OK;-BUSY a script is running;");
        assertTrue(done.succeeded());
    }

    @Override
    public boolean takesUnselected() {
        return takesUnselected;
    }

    @Test
    void aServerThatIsTooBusyToSelectTheDatabaseIsNotFit() throws Exception {
        Future<Void> done = perform(ConnectionRole.PLAIN, Greeting.HELLO, NOBODY);
        assertSent("HELLO 3 SETNAME app", "SELECT 7", "PING");
        say("%0;-BUSY a script is running;-BUSY a script is running;");
        assertEquals("BUSY a script is running", done.cause().getMessage());
        assertEquals(Optional.empty(), server.connection.selection().refusal());
    }

    @Test
    void itIsFitForWhoOnlyEndsTheScriptBeforeTheDatabaseIsSelected() throws Exception {
        takesUnselected = true;
        Future<Void> done = perform(ConnectionRole.PLAIN, Greeting.HELLO, NOBODY);
        assertSent("HELLO 3 SETNAME app", "SELECT 7", "PING");
        say("%0;-BUSY a script is running;-BUSY a script is running;");
        assertTrue(done.succeeded());
        assertTrue(onLoop(() -> server.connection.selection().refusal()).isPresent());
        assertFalse(onLoop(() -> server.connection.isWritable()));

        awaitSent("SELECT 7", "-BUSY it still is;");
        assertEquals("BUSY it still is", onLoop(() -> server.connection.selection().refusal()).orElseThrow().getMessage());
        awaitSent("SELECT 7", "+OK;");
        assertEquals(Optional.empty(), onLoop(() -> server.connection.selection().refusal()));
        assertTrue(onLoop(() -> server.connection.isWritable()));
    }

    @Test
    void whatIsWrongWithTheDatabaseEndsTheConnectionLater() throws Exception {
        takesUnselected = true;
        perform(ConnectionRole.PLAIN, Greeting.HELLO, NOBODY);
        assertSent("HELLO 3 SETNAME app", "SELECT 7", "PING");
        say("%0;-BUSY a script is running;+PONG;");
        awaitSent("SELECT 7", "-ERR DB index is out of range;");
        assertEquals("ERR DB index is out of range", onLoop(() -> server.connection.closeCause()).getMessage());
    }

    private void awaitSent(String expected, String reply) throws Exception {
        awaitUntil(() -> onLoop(server::takeSent).equals(List.of(expected)));
        onLoop(() -> {
            server.say(reply);
            return null;
        });
    }

    @Test
    void aRoleThatIsRefusedFailsOrIsIgnored() throws Exception {
        Future<Void> ignored = perform(ConnectionRole.REDIRECTABLE, Greeting.PING, NOBODY);
        answer("PING", "+PONG;");
        answer("CLIENT SETNAME app", "+OK;");
        assertSent("SELECT 7", "CLIENT CAPA redirect", "PING");
        say("+OK;-ERR unknown subcommand;+PONG;");
        assertTrue(ignored.succeeded());

        Future<Void> failed = perform(ConnectionRole.TRACKED, Greeting.PING, NOBODY);
        answer("PING", "+PONG;");
        answer("CLIENT SETNAME app", "+OK;");
        assertSent("SELECT 7", "CLIENT TRACKING ON", "PING");
        say("+OK;-ERR not with RESP2;+PONG;");
        assertInstanceOf(ErrorType.class, failed.cause());
    }

    private Future<Void> perform(ConnectionRole role, Greeting greeting, RedisCredentials login) throws Exception {
        Handshake handshake = new Handshake(address, options, null);
        return onLoop(() -> handshake.perform(server.connection, role, greeting, Future.succeededFuture(login), this));
    }

    private void answer(String expected, String reply) throws Exception {
        assertSent(expected);
        say(reply);
    }

    private void assertSent(String... expected) throws Exception {
        assertEquals(List.of(expected), onLoop(server::takeSent));
    }

    private void say(String reply) throws Exception {
        onLoop(() -> {
            server.say(reply);
            return null;
        });
        onLoop(() -> null);
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }
}
