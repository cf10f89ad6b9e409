package io.quarkiverse.redis.multiplexer.engine.dedicated;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link DedicatedConnection}: from the pool to a borrower and back, with a server that is the test. */
class DedicatedConnectionTest {

    private final List<String> events = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final ClientSettings settings = ClientSettings.of("test", new RedisOptions(), new MultiplexerOptions());
    private final Failures failures = new Failures("test", NodeAddress.of(settings.redis()), settings.multiplexer());
    private final HomeByHand home = new HomeByHand();
    private final BorrowerByHand borrower = new BorrowerByHand("borrower");
    private final DedicatedConnection connection = new DedicatedConnection(loop.eventLoop(), settings, failures, home);
    private final HandSocket server = new HandSocket(
            VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0)), failures, connection);

    @AfterEach
    void stop() throws Exception {
        server.close();
        await(vertx.close());
    }

    @Test
    void itCanBeLentWhenTheServerHasLetUsIn() {
        assertFalse(connection.isUsable());
        connection.onHandedOver(server.connection);
        assertTrue(connection.isUsable());
        home.current = false;
        assertFalse(connection.isUsable());
    }

    @Test
    void whatIsCleanGoesBackToThePoolWhenAllIsAnswered() {
        lend(borrower);
        Future<Response> get = submit("GET a");
        connection.release();
        assertEquals(List.of(), events);
        server.say("$1;1;");
        assertEquals("1", get.result().toString());
        assertEquals(List.of("borrower gave back"), events);
        assertTrue(connection.isUsable());

        lend(new BorrowerByHand("next"));
        connection.release();
        assertEquals(List.of("borrower gave back", "next gave back"), events);
    }

    @Test
    void whatIsNotCleanIsClosed() {
        lend(borrower);
        submit("SELECT 1");
        connection.releaseWhenDone();
        server.say("+OK;");
        assertFalse(connection.isUsable());
        assertEquals(List.of("removed", "borrower ended", "borrower told of the end"), events);
        assertFalse(server.isOpen());
    }

    @Test
    void whatIsNotToTheRightServerAnyMoreIsClosedWhenItComesBack() {
        lend(borrower);
        home.current = false;
        connection.release();
        server.runPendingTasks();
        assertEquals(List.of("removed", "borrower ended", "borrower told of the end"), events);
    }

    @Test
    void aBorrowerWhoCanDoesWithoutIt() {
        lend(borrower);
        borrower.givesUp = true;
        connection.lookAgain();
        assertEquals(List.of(), events, "It is to the right server.");
        home.current = false;
        connection.lookAgain();
        server.runPendingTasks();
        assertEquals(List.of("borrower asked to give up", "borrower ended", "removed"), events);
        assertFalse(server.isOpen());
        connection.release();
        assertEquals(3, events.size(), "Its loan is over already.");
    }

    @Test
    void aBorrowerWhoHasSomethingOnItKeepsIt() {
        lend(borrower);
        borrower.givesUp = true;
        Future<Response> watch = submit("WATCH a");
        home.current = false;
        connection.lookAgain();
        server.say("+OK;");
        assertTrue(watch.succeeded());
        assertEquals(List.of(), events);
        submit("UNWATCH");
        server.say("+OK;");
        assertEquals(List.of("borrower asked to give up", "borrower ended", "removed"), events);
    }

    @Test
    void aBorrowerWhoCannotDoWithoutKeepsIt() {
        lend(borrower);
        home.current = false;
        connection.lookAgain();
        assertEquals(List.of("borrower asked to give up"), events);
        assertTrue(server.isOpen());
    }

    @Test
    void itsEndIsToldToItsPoolAndItsBorrowerBeforeItsCommandsFail() {
        lend(borrower);
        Future<Response> get = submit("GET a").onFailure(cause -> events.add("command failed"));
        server.close();
        assertEquals(List.of("removed", "borrower ended", "borrower told of the end", "command failed"), events);
        assertTrue(assertInstanceOf(ConnectionLostException.class, get.cause()).sent());
        assertFalse(connection.isUsable());
    }

    @Test
    void aBorrowerWhoComesTooLateIsToldAtOnce() {
        connection.onHandedOver(server.connection);
        server.close();
        connection.lend(borrower, borrower);
        assertEquals(List.of("removed", "borrower ended", "borrower told of the end"), events);
        assertFalse(((ConnectionLostException) submit("GET a").cause()).sent());
    }

    @Test
    void aBorrowerWhoComesWhileItIsBeingClosedIsToldAtOnce() {
        connection.onHandedOver(server.connection);
        connection.discard(new IllegalStateException("idle"));
        connection.lend(borrower, borrower);
        assertEquals(List.of("borrower ended", "borrower told of the end"), events);
        server.runPendingTasks();
        assertEquals(List.of("borrower ended", "borrower told of the end", "removed"), events);
    }

    @Test
    void messagesAreTheBorrowersIfItExpectsAny() {
        lend(borrower);
        borrower.expectsMessages = true;
        server.say("+a line of MONITOR;");
        assertEquals(List.of("borrower got a line of MONITOR"), events);
        borrower.expectsMessages = false;
        server.say("+another one;");
        assertFalse(server.isOpen(), "The next reply might be taken for somebody else's.");
    }

    @Test
    void aReplyToNothingEndsAConnectionThatNobodyHas() {
        connection.onHandedOver(server.connection);
        server.say("+OK;");
        assertFalse(server.isOpen());
        assertEquals(List.of("removed"), events);
    }

    @Test
    void aBorrowerMayTakeBackWhatIsRefused() {
        lend(borrower);
        borrower.takesBack = true;
        Future<Response> pop = submit("BLPOP a 0");
        connection.releaseWhenDone();
        server.say("-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?);");
        assertFalse(pop.isComplete());
        assertEquals(List.of("demoted", "borrower took back blpop", "borrower gave back"), events);
    }

    @Test
    void thatTheServerIsAReplicaIsToldWhereverItIsSaid() {
        lend(borrower);
        submit("SET a 1");
        server.say("-READONLY You can't write against a read only replica.;");
        assertEquals(List.of("demoted"), events);
        submit("MULTI");
        submit("EVAL script 0");
        submit("EXEC");
        server.say("+OK;+QUEUED;*1;-ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You"
                + " can't write against a read only replica.;");
        assertEquals(List.of("demoted", "demoted"), events);
    }

    @Test
    void aCommandThatHasMissedItsDeadlineKeepsTheConnectionFromThePool() {
        lend(borrower);
        Promise<Response> promise = Promise.promise();
        Request request = Commands.request("GET a");
        PendingCommand command = new SingleCommand(request, promise, CommandReport.NONE);
        connection.submit(command, CommandTraits.of(List.of(request)), patience(request));
        command.fail(new IllegalStateException("its time is over"));
        connection.release();
        server.runPendingTasks();
        assertEquals(List.of("removed", "borrower ended", "borrower told of the end"), events);
    }

    @Test
    void theLimitOfACommandThatIsAnsweredIsNothingToTheNextBorrower() {
        lend(borrower);
        submit("BLPOP a 0");
        PendingCommand first = server.connection.oldestInFlight().orElseThrow();
        connection.releaseWhenDone();
        server.say("*-1;");
        assertTrue(first.isSettled());

        lend(new BorrowerByHand("next"));
        Future<Response> second = submit("BLPOP a 0");
        connection.limitTime(first, System.nanoTime() - 1);
        server.runPendingTasks();
        loop.runScheduledPendingTasks();
        assertFalse(second.isComplete());
        assertTrue(connection.isUsable() && server.isOpen());
    }

    /** One whose borrower has given up waiting for it goes to the pool without having been lent. */
    @Test
    void aNewOneIsIdleSinceItWasMade() {
        long before = System.nanoTime();
        connection.onHandedOver(server.connection);
        assertFalse(connection.isIdleSince(before));
        assertTrue(connection.isIdleSince(System.nanoTime() + 1));
    }

    private void lend(BorrowerByHand to) {
        if (!connection.isUsable()) {
            connection.onHandedOver(server.connection);
        }
        connection.lend(to, to);
    }

    private Future<Response> submit(String words) {
        Promise<Response> promise = Promise.promise();
        Request request = Commands.request(words);
        connection.submit(new SingleCommand(request, promise, CommandReport.NONE), CommandTraits.of(List.of(request)),
                patience(request));
        loop.runPendingTasks();
        server.runPendingTasks();
        return promise.future();
    }

    private Patience patience(Request request) {
        return Patience.with(List.of(request), settings.multiplexer(), System.nanoTime());
    }

    private final class HomeByHand implements ConnectionHome {

        boolean current = true;

        @Override
        public Future<Response> ask(Request request) {
            return Future.failedFuture("Nobody there");
        }

        @Override
        public boolean isCurrent() {
            return current;
        }

        @Override
        public void onDemoted(ErrorType error) {
            events.add("demoted");
        }

        @Override
        public void onRemoved(DedicatedConnection removed) {
            events.add("removed");
        }
    }

    private final class BorrowerByHand implements Borrower, Lease {

        private final String name;
        boolean expectsMessages;
        boolean takesBack;
        boolean givesUp;

        BorrowerByHand(String name) {
            this.name = name;
        }

        @Override
        public boolean expectsMessages() {
            return expectsMessages;
        }

        @Override
        public void onMessage(Response message) {
            events.add(name + " got " + message);
        }

        @Override
        public boolean takesBack(PendingCommand command, ErrorType error) {
            if (takesBack) {
                events.add(name + " took back " + command.name());
            }
            return takesBack;
        }

        @Override
        public boolean givesUp() {
            events.add(name + " asked to give up");
            return givesUp;
        }

        @Override
        public void onEnd(Throwable cause) {
            events.add(name + " told of the end");
        }

        @Override
        public void giveBack() {
            events.add(name + " gave back");
        }

        @Override
        public void end() {
            events.add(name + " ended");
        }
    }
}
