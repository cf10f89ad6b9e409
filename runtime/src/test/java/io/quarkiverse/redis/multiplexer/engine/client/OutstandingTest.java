package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Place.DEDICATED;
import static io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Place.ENDLESS;
import static io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Place.LANE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Answer;
import io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Place;
import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** The order of answers that are {@link Outstanding}, by hand. */
class OutstandingTest {

    private static final long DEADLINE = 1000;
    private static final Response QUEUED = SimpleStringType.create("QUEUED");

    private final Outstanding outstanding = new Outstanding();
    private final List<String> told = new ArrayList<>();
    private final Runnable later = () -> told.add("later");

    @Test
    void anAnswerThatWaitsForNothingIsGivenAtOnce() {
        answer("a");
        answer("b");
        assertEquals(List.of("a", "b"), told);
    }

    @Test
    void anAnswerWaitsForWhatCameBeforeIt() {
        outstanding.begin(LANE);
        outstanding.begin(DEDICATED);
        answer("a");
        answer("b");
        outstanding.end(LANE, List.of()).run();
        assertEquals(List.of(), told);
        outstanding.end(DEDICATED, List.of()).run();
        assertEquals(List.of("a", "b"), told);
    }

    @Test
    void whatComesBehindItIsAnsweredBehindIt() {
        outstanding.begin(LANE);
        answer("a");
        List<Answer> before = outstanding.begin(LANE);
        answer("b");
        outstanding.end(LANE, List.of()).run();
        assertEquals(List.of(), told);
        outstanding.end(LANE, before).run();
        assertEquals(List.of("a", "b"), told);
    }

    @Test
    void notTooManyAreGivenInARow() {
        for (int i = 1; i < Outstanding.IN_A_ROW; i++) {
            answer("x");
        }
        answer("a");
        answer("b");
        assertEquals(List.of("later", "later"), told.subList(Outstanding.IN_A_ROW - 1, told.size()));
        told.clear();
        outstanding.due().run();
        answer("c");
        assertEquals(List.of("a", "b", "c"), told);
    }

    @Test
    void whoGivesAnswersAtOnceIsToldWhenThatIsAllowed() {
        for (int i = 1; i < Outstanding.IN_A_ROW; i++) {
            assertTrue(outstanding.answersAtOnce());
            outstanding.answered();
        }
        assertFalse(outstanding.answersAtOnce(), "It would be one too many in a row");
        answer("a");
        assertFalse(outstanding.answersAtOnce(), "One waits");
        outstanding.due().run();
        assertTrue(outstanding.answersAtOnce());
        outstanding.begin(LANE);
        assertFalse(outstanding.answersAtOnce(), "There is something before it");
        outstanding.end(LANE, List.of());
        assertTrue(outstanding.answersAtOnce());
        assertEquals(List.of("later", "a"), told);
    }

    @Test
    void whatWaitsCanBeFailed() {
        outstanding.begin(LANE);
        answer("a");
        outstanding.fail(new IllegalStateException("no transaction")).run();
        outstanding.end(LANE, List.of()).run();
        assertEquals(List.of("a: no transaction"), told);
    }

    @Test
    void aBatchIsAnsweredAsAWhole() {
        Promise<List<Response>> replies = Promise.promise();
        outstanding.answer(new BatchCommand(Commands.requests("GET a", "GET b"), replies, CommandReport.NONE), QUEUED,
                DEADLINE, later).run();
        assertEquals("[QUEUED, QUEUED]", replies.future().result().toString());
    }

    @Test
    void theyAreCountedWhereTheyAre() {
        assertEquals(List.of(), outstanding.begin(DEDICATED));
        outstanding.begin(ENDLESS);
        assertEquals(2, outstanding.onDedicated());
        assertEquals(true, outstanding.isLaneQuiet());
        outstanding.begin(LANE);
        assertEquals(false, outstanding.isLaneQuiet());
        assertSame(Outstanding.NOTHING, outstanding.end(DEDICATED, List.of()));
        outstanding.end(ENDLESS, List.of());
        assertEquals(0, outstanding.onDedicated());
        for (Place elsewhere : List.of(Place.NOWHERE, Place.HERE, Place.ALONE)) {
            assertThrows(IllegalArgumentException.class, () -> outstanding.begin(elsewhere));
        }
    }

    @Test
    void whatWaitsWhereAllHasItsDeadlineIsNotLimited() {
        outstanding.begin(LANE);
        outstanding.begin(DEDICATED);
        answer("a");
        assertEquals(OptionalLong.empty(), outstanding.earliest());
        assertEquals(List.of(), outstanding.overdue(DEADLINE));
    }

    @Test
    void whatWaitsWhereACommandMayTakeForEverIsLimited() {
        outstanding.begin(ENDLESS);
        answer("a");
        answer("b");
        assertEquals(OptionalLong.of(DEADLINE), outstanding.earliest());
        assertEquals(List.of(), outstanding.overdue(DEADLINE - 1));
        assertEquals(2, outstanding.overdue(DEADLINE).size());
        assertEquals(List.of(), outstanding.overdue(DEADLINE));
        assertEquals(OptionalLong.empty(), outstanding.earliest());
        outstanding.end(ENDLESS, List.of()).run();
        assertEquals(List.of(), told, "They have failed");
    }

    @Test
    void whatHasWaitedUntilACommandCameThatMayTakeForEverIsLimitedToo() {
        outstanding.begin(LANE);
        answer("a");
        List<Answer> before = outstanding.begin(ENDLESS);
        assertEquals(OptionalLong.of(DEADLINE), outstanding.earliest());
        outstanding.end(LANE, List.of()).run();
        outstanding.end(ENDLESS, before).run();
        assertEquals(List.of("a"), told);
        assertEquals(List.of(), outstanding.overdue(DEADLINE), "It is given");
        assertEquals(OptionalLong.empty(), outstanding.earliest());
    }

    private void answer(String name) {
        Promise<Response> promise = Promise.promise();
        promise.future().onSuccess(reply -> told.add(name)).onFailure(cause -> told.add(name + ": " + cause.getMessage()));
        PendingCommand command = new SingleCommand(Commands.request("GET " + name), promise, CommandReport.NONE);
        outstanding.answer(command, QUEUED, DEADLINE, later).run();
    }
}
