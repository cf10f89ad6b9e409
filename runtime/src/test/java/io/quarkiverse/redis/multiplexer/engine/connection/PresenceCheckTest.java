package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** The check, driven by hand: its event loop, its clock, its connection and the answers to its questions are the test's. */
class PresenceCheckTest implements PresenceCheck.Watched {

    private static final long PERIOD = TimeUnit.SECONDS.toNanos(3);

    private enum Answer {
        KNOWN,
        UNKNOWN,
        SOMEBODY_ELSES,
        NO_PERMISSION,
        FAILED,
        NULL,
        NO_LINE,
        NO_COMMAND,
        SILENCE;

        private void to(Promise<Response> question) {
            switch (this) {
                case KNOWN -> question.complete(line("id=7 flags=b cmd=blpop"));
                case UNKNOWN -> question.complete(line(""));
                case SOMEBODY_ELSES -> question.complete(line("id=7 flags=N cmd=get"));
                case NO_PERMISSION -> question.fail(ErrorType.create("NOPERM no"));
                case FAILED -> question.fail(new IllegalStateException("lost"));
                case NULL -> question.complete(null);
                case NO_LINE -> question.complete(SimpleStringType.create("OK"));
                case NO_COMMAND -> question.complete(line("id=7 flags=b"));
                case SILENCE -> {
                    // Nothing comes.
                }
            }
        }

        private static Response line(String text) {
            return BulkType.create(Buffer.buffer(text), false);
        }
    }

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<PendingCommand> inFlight = new ArrayList<>();
    private final List<Promise<Response>> questions = new ArrayList<>();
    private long now = -5 * PERIOD;
    private long lastRead = now;
    private long inFlightSince = now;
    private int forgotten;
    private RuntimeException cannotAsk;
    private final PresenceCheck check = new PresenceCheck(channel.eventLoop(), PERIOD, () -> now, this::ask, () -> forgotten++);

    @BeforeEach
    void block() {
        channel.freezeTime();
        send("BLPOP", SingleCommand::mayTakeForEver);
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhoHasKnownTheConnectionCanForgetIt(Answer answer) {
        for (int i = 0; i < 20; i++) {
            pass(answer);
        }
        assertEquals(0, forgotten);
    }

    @ParameterizedTest
    @EnumSource
    void twiceUnknownAfterItWasKnownIsForgotten(Answer answer) {
        pass(Answer.KNOWN);
        boolean proof = answer == Answer.UNKNOWN || answer == Answer.SOMEBODY_ELSES;
        pass(answer);
        assertEquals(0, forgotten);
        pass(answer);
        assertEquals(proof ? 1 : 0, forgotten);
        for (int i = 0; i < 20; i++) {
            pass(answer);
        }
        assertEquals(proof ? 1 : 0, forgotten);
    }

    @Test
    void onceUnknownIsNotForgotten() {
        for (int i = 0; i < 20; i++) {
            pass(Answer.KNOWN);
            pass(Answer.UNKNOWN);
        }
        assertEquals(0, forgotten);
    }

    /** Between the two answers, there was a sign of life. */
    @Test
    void whatIsReadCounts() {
        for (int i = 0; i < 20; i++) {
            pass(i == 0 ? Answer.KNOWN : Answer.UNKNOWN);
            lastRead = now + 1;
            inFlightSince = lastRead;
            pass(Answer.SILENCE);
        }
        assertEquals(0, forgotten);
    }

    /** Answers that were all held up on the way, and come at once, are one answer. */
    @Test
    void oneQuestionIsAskedAtATime() {
        pass(Answer.KNOWN);
        pass(Answer.SILENCE);
        pass(Answer.SILENCE);
        assertEquals(2, questions.size());
    }

    @Test
    void aQuestionThatIsNotAnsweredIsAskedAgainAndItsLateAnswerIsIgnored() {
        pass(Answer.KNOWN);
        for (int i = 0; i < 20; i++) {
            pass(Answer.SILENCE);
        }
        assertTrue(questions.size() >= 5, questions.size() + " questions");
        questions.forEach(question -> question.tryComplete(Answer.line("")));
        assertEquals(0, forgotten);
        pass(Answer.UNKNOWN);
        assertEquals(1, forgotten);
    }

    @Test
    void aQuestionThatCannotBeAskedIsAskedAgain() {
        cannotAsk = new IllegalStateException("no lane");
        pass(Answer.SILENCE);
        cannotAsk = null;
        pass(Answer.KNOWN);
        pass(Answer.UNKNOWN);
        pass(Answer.UNKNOWN);
        assertEquals(1, forgotten);
    }

    /** Its connection is asked about when the commands before it are answered. */
    @Test
    void aCommandThatBlocksBehindOthersIsWatchedOver() {
        check.cancel();
        inFlight.clear();
        send("SET", now + PERIOD);
        send("BLPOP", SingleCommand::mayTakeForEver);
        inFlight.remove(0);
        pass(Answer.KNOWN);
        assertEquals(1, questions.size());
    }

    @Test
    void whatSoonIsOverdueIsNotWatchedOver() {
        check.cancel();
        inFlight.clear();
        send("BLPOP", now + PERIOD);
        pass(Answer.KNOWN);
        assertEquals(0, questions.size());
    }

    @Test
    void whenItIsCancelledNothingIsForgotten() {
        pass(Answer.KNOWN);
        pass(Answer.UNKNOWN);
        pass(Answer.SILENCE);
        check.cancel();
        questions.get(questions.size() - 1).complete(Answer.line(""));
        assertEquals(0, forgotten);
    }

    private void send(String name, long deadline) {
        send(name, command -> command.mustEndBy(deadline));
    }

    private void send(String name, Consumer<SingleCommand> term) {
        SingleCommand command = new SingleCommand(Commands.request(name), Promise.promise(), CommandReport.NONE);
        term.accept(command);
        inFlight.add(command);
        check.watch(this);
    }

    /** Lets one period pass, and answers the question if there is one. */
    private void pass(Answer answer) {
        int before = questions.size();
        now += PERIOD;
        channel.advanceTimeBy(PERIOD, TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        if (questions.size() > before) {
            answer.to(questions.get(questions.size() - 1));
        }
    }

    private Future<Response> ask(Request request) {
        if (cannotAsk != null) {
            throw cannotAsk;
        }
        Promise<Response> question = Promise.promise();
        questions.add(question);
        return question.future();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public Optional<String> serverSideId() {
        return Optional.of("7");
    }

    @Override
    public long lastRead() {
        return lastRead;
    }

    @Override
    public long inFlightSince() {
        return inFlightSince;
    }

    @Override
    public Optional<PendingCommand> oldestInFlight() {
        return inFlight.stream().findFirst();
    }

    @Override
    public boolean anyInFlight(Predicate<PendingCommand> condition) {
        return inFlight.stream().anyMatch(condition);
    }
}
