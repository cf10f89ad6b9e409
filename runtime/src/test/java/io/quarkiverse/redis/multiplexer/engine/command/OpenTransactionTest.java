package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** An {@link OpenTransaction}, by hand. */
class OpenTransactionTest {

    private final OpenTransaction transaction = new OpenTransaction();
    private final Throwable cause = new OutOfMemoryError("here");

    @Test
    void aFailureOutsideBreaksNothing() {
        transaction.failed(cause);
        write("MULTI");
        assertFalse(transaction.isBroken());
        write("EXEC");
        transaction.failed(cause);
        write("MULTI");
        assertFalse(transaction.isBroken());
    }

    @Test
    void theFirstFailureInsideBreaksIt() {
        write("MULTI");
        write("SET a b");
        transaction.failed(cause);
        transaction.failed(new IllegalStateException("later"));
        assertTrue(transaction.isBroken());
        assertSame(cause, transaction.cause());
    }

    @Test
    void anotherMultiMendsNothing() {
        write("MULTI");
        transaction.failed(cause);
        write("MULTI");
        assertTrue(transaction.isBroken());
    }

    @Test
    void discardAndResetEndIt() {
        for (String end : new String[] { "DISCARD", "RESET" }) {
            write("MULTI");
            transaction.failed(cause);
            write(end);
            write("MULTI");
            assertFalse(transaction.isBroken());
            write("DISCARD");
        }
    }

    @Test
    void aBatchThatOpensItMayBeAllOfIt() {
        write("MULTI;SET a b;EXEC");
        transaction.failed(cause);
        assertFalse(transaction.isBroken());
        write("SET a b;MULTI;SET a b");
        transaction.failed(cause);
        assertTrue(transaction.isBroken());
    }

    /** As for want of memory, which is known later than EXEC comes. */
    @Test
    void isUncertainWhileAPartIsNeitherWrittenNorFailed() {
        write("MULTI");
        FakeCommand late = new FakeCommand(1);
        transaction.passedOn(late, traits("SET a b"));
        assertTrue(transaction.isUncertain());
        write("SET c d");
        assertTrue(transaction.isUncertain());
        late.markSent();
        assertFalse(transaction.isUncertain());
        assertFalse(transaction.isBroken());
    }

    @Test
    void aPartThatFailsUnwrittenBreaksIt() {
        write("MULTI");
        FakeCommand late = new FakeCommand(1);
        transaction.passedOn(late, traits("SET a b"));
        late.fail(cause);
        assertFalse(transaction.isUncertain());
        assertTrue(transaction.isBroken());
    }

    private void write(String requests) {
        FakeCommand command = new FakeCommand(0);
        command.markSent();
        transaction.passedOn(command, traits(requests));
    }

    private static CommandTraits traits(String requests) {
        return CommandTraits.of(Commands.requests(requests.split(";")));
    }
}
