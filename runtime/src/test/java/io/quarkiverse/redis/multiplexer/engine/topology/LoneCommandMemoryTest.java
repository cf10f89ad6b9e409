package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** {@link LoneCommand}, when there is no memory for what comes next. */
class LoneCommandMemoryTest extends LoneCommandByHand {

    @Test
    void itFailsWithoutMemoryForAConnection() {
        noMemory = Optional.of(new InternalError("for the test"));
        start(Request.cmd(Command.BLPOP).arg("key").arg(0));
        assertSame(noMemory.get(), answer.future().cause());
    }

    @Test
    void itFailsWithoutMemoryToBeSubmittedAndTheConnectionGoesBack() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(0));
        noMemory = Optional.of(new InternalError("for the test"));
        loans.get(0).connection().complete(lent);
        assertSame(noMemory.get(), answer.future().cause());
        assertEquals(List.of("submit", "releaseWhenDone"), calls);
    }

    @Test
    void whoHasNoMemoryForAnotherWayLeavesItsErrorToItsCaller() {
        Request request = Request.cmd(Command.SET).arg("key").arg("value");
        run(new Way(way -> {
            throw new Error("no memory for another way");
        }), new SingleCommand(request, answer, CommandReport.NONE), request);
        loans.get(0).connection().complete(lent);

        assertFalse(loans.get(0).borrower().takesBack(submitted.get(0), MOVED));
        assertFalse(submitted.get(0).isSettled());
    }

    @Test
    void whoHasNoMemoryForAnotherConnectionFails() {
        Request request = Request.cmd(Command.SET).arg("key").arg("value");
        run(new Way(way -> Optional.of(new ThrowingWay())), new SingleCommand(request, answer, CommandReport.NONE), request);
        loans.get(0).connection().complete(lent);

        assertTrue(loans.get(0).borrower().takesBack(submitted.get(0), MOVED));
        assertEquals("no memory for a connection", answer.future().cause().getMessage());
    }

    @Test
    void whoHasNoMemoryToRunItFails() {
        Request request = Request.cmd(Command.SET).arg("key").arg("value");
        run(new ThrowingWay(), new SingleCommand(request, answer, CommandReport.NONE), request);

        assertEquals("no memory for a connection", answer.future().cause().getMessage());
    }

    @Test
    void whoHasNoMemoryToWrapItFailsAndGivesItsConnectionBack() {
        Request request = Request.cmd(Command.SET).arg("key").arg("value");
        run(new Way(Optional::of) {
            @Override
            public PendingCommand wrapped(PendingCommand command) {
                throw new Error("no memory for ASKING");
            }
        }, new SingleCommand(request, answer, CommandReport.NONE), request);
        loans.get(0).connection().complete(lent);

        assertEquals("no memory for ASKING", answer.future().cause().getMessage());
        assertEquals(List.of("releaseWhenDone"), calls);
    }
}
