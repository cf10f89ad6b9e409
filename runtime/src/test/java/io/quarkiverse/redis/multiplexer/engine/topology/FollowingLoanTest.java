package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.FollowingLoan.State.ENDED;
import static io.quarkiverse.redis.multiplexer.engine.topology.FollowingLoan.State.MOVING;
import static io.quarkiverse.redis.multiplexer.engine.topology.FollowingLoan.State.SETTLED;
import static io.quarkiverse.redis.multiplexer.engine.topology.FollowingLoan.State.TRIED;
import static io.quarkiverse.redis.multiplexer.engine.topology.FollowingLoan.State.UNUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link FollowingLoan}, with connections that are lent by hand. */
class FollowingLoanTest {

    private static final Map<FollowingLoan.State, Set<FollowingLoan.State>> TRANSITIONS = Map.of(
            UNUSED, EnumSet.of(TRIED, SETTLED),
            TRIED, EnumSet.of(MOVING, SETTLED),
            MOVING, EnumSet.of(TRIED, SETTLED, ENDED),
            SETTLED, EnumSet.noneOf(FollowingLoan.State.class),
            ENDED, EnumSet.noneOf(FollowingLoan.State.class));

    private static final ErrorType MOVED = ErrorType.create("MOVED 1 b:2");
    private static final ErrorType ASK = ErrorType.create("ASK 1 b:2");

    /** What is done with one of the connections. */
    private class Lent implements LentConnection {

        final String name;

        Lent(String name) {
            this.name = name;
        }

        @Override
        public void submit(PendingCommand command, CommandTraits traits, Patience patience) {
            told.add(name + " " + command.name());
        }

        @Override
        public void partFailed(Throwable cause) {
            told.add(name + " failed " + cause.getMessage());
        }

        @Override
        public void discard(Throwable cause) {
            told.add(name + " discarded " + cause.getMessage());
        }

        @Override
        public void limitTime(PendingCommand command, long limit) {
            told.add(name + " limits " + command.name());
        }

        @Override
        public boolean isClean() {
            return true;
        }

        @Override
        public void releaseWhenDone() {
            told.add(name + " released when done");
        }

        @Override
        public void release() {
            told.add(name + " released");
        }
    }

    /** Leads to one more node each time, until there are no more. */
    private final class Way implements LoneCommand.Way {

        private final boolean asks;

        Way(boolean asks) {
            this.asks = asks;
        }

        @Override
        public Future<LentConnection> lend(List<Request> requests, Borrower loan, long deadline) {
            loans.add(loan);
            connections.add(Promise.promise());
            return connections.get(connections.size() - 1).future();
        }

        @Override
        public boolean needsAsking() {
            return asks;
        }

        @Override
        public Optional<LoneCommand.Way> after(ErrorType error) {
            told.add("learnt " + error.getMessage());
            return error.getMessage().startsWith("ERR") ? Optional.empty() : Optional.of(new Way(error == ASK));
        }
    }

    private final Borrower borrower = new Borrower() {
        @Override
        public boolean expectsMessages() {
            return true;
        }

        @Override
        public void onMessage(Response message) {
            told.add("message " + message);
        }

        @Override
        public boolean givesUp() {
            return true;
        }

        @Override
        public void onEnd(Throwable cause) {
            told.add("end " + cause.getMessage());
        }
    };

    private final List<String> told = new ArrayList<>();
    private final List<Borrower> loans = new ArrayList<>();
    private final List<Promise<LentConnection>> connections = new ArrayList<>();
    private long deadline = System.nanoTime() + 60_000_000_000L;
    private final Promise<Response> watched = Promise.promise();
    private final PendingCommand watch = command("WATCH a", watched);
    private LentConnection connection;

    private void begin() {
        Future<LentConnection> lent = FollowingLoan.lend(new Way(false), Commands.requests("WATCH a"), borrower, deadline);
        connections.get(connections.size() - 1).complete(new Lent("a"));
        connection = lent.result();
    }

    private static PendingCommand command(String words, Promise<Response> promise) {
        return new SingleCommand(Commands.request(words), promise, CommandReport.NONE);
    }

    private void submit(PendingCommand command) {
        submit(command, "WATCH a");
    }

    private void submit(PendingCommand command, String words) {
        List<Request> requests = Commands.requests(words);
        connection.submit(command, CommandTraits.of(requests), Patience.with(requests, new MultiplexerOptions(), 0));
    }

    private Promise<Response> submit(String words) {
        Promise<Response> promise = Promise.promise();
        submit(command(words, promise));
        return promise;
    }

    @ParameterizedTest
    @EnumSource
    void aStateBecomesTheseAndNoOthers(FollowingLoan.State state) {
        Set<FollowingLoan.State> next = EnumSet.allOf(FollowingLoan.State.class);
        next.removeIf(candidate -> !state.canBecome(candidate));
        assertEquals(TRANSITIONS.get(state), next);
    }

    @Test
    void theFirstCommandFollowsItsSlotAgainAndAgain() {
        begin();
        submit(watch);
        assertTrue(loans.get(0).takesBack(watch, MOVED));
        assertFalse(connection.isClean(), "There is none");
        connections.get(1).complete(new Lent("b"));
        assertTrue(connection.isClean());
        assertTrue(loans.get(1).takesBack(watch, MOVED));
        connections.get(2).complete(new Lent("c"));
        submit("GET a");
        connection.release();
        assertEquals(List.of("a watch", "learnt MOVED 1 b:2", "a released when done", "b watch", "learnt MOVED 1 b:2",
                "b released when done", "c watch", "c get", "c released"), told);
        watch.onReply(SimpleStringType.OK);
        assertTrue(watched.future().succeeded());
    }

    @Test
    void whatIsDoneMeanwhileWaitsBehindItAndThenItStays() {
        begin();
        submit(watch);
        loans.get(0).takesBack(watch, MOVED);
        told.clear();
        submit("GET a");
        connection.partFailed(new IllegalStateException("no arguments"));
        connection.releaseWhenDone();
        assertEquals(List.of(), told);
        connections.get(1).complete(new Lent("b"));
        assertEquals(List.of("b watch", "b get", "b failed no arguments", "b released when done"), told);
        assertFalse(loans.get(1).takesBack(watch, MOVED));
    }

    /** The answer may be there before the thread that has sent it goes on. */
    @Test
    void whatIsRefusedAtOnceFollowsItsSlotAsWell() {
        begin();
        submit(watch);
        assertTrue(loans.get(0).takesBack(watch, MOVED));
        submit("GET a");
        told.clear();
        connections.get(1).complete(new Lent("b") {
            @Override
            public void submit(PendingCommand command, CommandTraits traits, Patience patience) {
                super.submit(command, traits, patience);
                assertTrue(loans.get(1).takesBack(command, MOVED));
            }
        });
        connections.get(2).complete(new Lent("c"));
        connection.discard(new IllegalStateException("for the test"));
        assertEquals(List.of("b watch", "learnt MOVED 1 b:2", "b released when done", "c watch", "c get",
                "c discarded for the test"), told);
        assertFalse(loans.get(2).takesBack(watch, MOVED));
    }

    @Test
    void whatWasSentTogetherStaysTogether() {
        begin();
        submit(watch);
        submit("GET a");
        assertFalse(loans.get(0).takesBack(watch, MOVED));
        begin();
        connection.release();
        submit(watch);
        assertFalse(loans.get(1).takesBack(watch, MOVED));
    }

    @Test
    void aBatchIsNotFollowed() {
        begin();
        PendingCommand batch = new BatchCommand(Commands.requests("WATCH a", "GET a"), Promise.promise(), CommandReport.NONE);
        submit(batch);
        assertFalse(loans.get(0).takesBack(batch, MOVED));
    }

    /** It asks about what was written on the server that the connection is to. */
    @Test
    void waitIsNotFollowedThoughItIsTheFirst() {
        begin();
        PendingCommand wait = command("WAIT 1 0", Promise.promise());
        submit(wait, "WAIT 1 0");
        assertFalse(loans.get(0).takesBack(wait, LoneCommandByHand.LET_GO));
        assertEquals(List.of("a wait", "learnt " + LoneCommandByHand.LET_GO.getMessage()), told);
        assertEquals(1, connections.size());
    }

    @Test
    void whatCannotBeFollowedIsTheBorrowersAffair() {
        begin();
        submit(watch);
        assertFalse(loans.get(0).takesBack(watch, ErrorType.create("ERR no")));
        assertFalse(loans.get(0).takesBack(watch, ASK), "What comes behind would have to be asked for, too");
        assertFalse(loans.get(0).takesBack(command("GET a", Promise.promise()), MOVED), "It is another one");
        deadline = System.nanoTime();
        begin();
        submit(watch);
        assertFalse(loans.get(1).takesBack(watch, MOVED), "It is too late");
    }

    @Test
    void withoutAnotherConnectionAllFails() {
        begin();
        submit(watch);
        loans.get(0).takesBack(watch, MOVED);
        Promise<Response> meanwhile = submit("GET a");
        told.clear();
        IllegalStateException cause = new IllegalStateException("gone");
        connections.get(1).fail(cause);
        Promise<Response> later = submit("GET b");
        connection.release();
        for (Promise<Response> each : List.of(watched, meanwhile, later)) {
            assertSame(cause, each.future().cause());
        }
        assertEquals(List.of("end gone"), told);
    }

    @Test
    void onlyTheConnectionThatThereIsHasAnythingToSay() {
        begin();
        submit(watch);
        loans.get(0).takesBack(watch, MOVED);
        connections.get(1).complete(new Lent("b"));
        told.clear();
        loans.get(0).onEnd(new IllegalStateException("old"));
        assertFalse(loans.get(0).expectsMessages() || loans.get(0).givesUp());
        assertTrue(loans.get(1).expectsMessages() && loans.get(1).givesUp());
        loans.get(1).onMessage(SimpleStringType.OK);
        loans.get(1).onEnd(new IllegalStateException("lost"));
        assertEquals(List.of("message OK", "end lost"), told);
    }
}
