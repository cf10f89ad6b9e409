package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.command.TransactionCollector.Fate;
import io.vertx.redis.client.Request;

/** What a {@link TransactionCollector} knows of a transaction besides its commands: its size, its MULTI, and whose it is. */
class UnsentTransactionTest extends TransactionByHand {

    private static final List<Request> MULTI = Commands.requests("MULTI");
    private static final List<Request> SET = Commands.requests("SET a 1");

    private final PendingCommand multi = command("MULTI");

    @Test
    void itIsOversizedAsAWhole() {
        collector = new TransactionCollector(PendingBytes.atMost(Long.MAX_VALUE), failures, 5, access, false);
        assertEquals(Optional.empty(), collector.keep(multi, MULTI));
        assertEquals(Optional.empty(), collector.keep(new HugeCommand(command("SET a 1"), 300L << 20), SET));
        assertFalse(collector.isOversized());
        assertEquals(Optional.empty(), collector.keep(new HugeCommand(command("SET a 1"), 300L << 20), SET));
        assertTrue(collector.isOversized());
        collector.end();
        assertFalse(collector.isOversized());
    }

    @Test
    void itsMultiIsSentWithIt() {
        collector.keep(multi, MULTI);
        assertFalse(collector.isSent(multi));
        collector.executedBy(exec());
        assertTrue(collector.isSent(multi));

        collector.keep(multi, MULTI);
        collector.countedAndExecutedBy(exec());
        assertTrue(collector.isSent(multi));

        collector.keep(multi, MULTI);
        collector.sentSoFar(CommandReport.NONE, Commands.requests("EXEC"));
        assertTrue(collector.isSent(multi));
    }

    @Test
    void itsMultiIsNotSentIfItIsForgotten() {
        collector.keep(multi, MULTI);
        collector.end();
        assertFalse(collector.isSent(multi));
    }

    /** What the client's own user may do says nothing of others. */
    @ParameterizedTest
    @ValueSource(strings = { "AUTH other secret", "HELLO 3 AUTH other secret", "RESET" })
    void anotherUserIsAskedForEachOfThem(String login) {
        collector.sent(command(login), Commands.requests(login));
        assertEquals(Fate.PASSED, fate("MULTI"));
        collector.sent(multi, MULTI);
        collector.sent(exec(), Commands.requests("EXEC"));
        assertEquals(Fate.PASSED, fate("MULTI"));
        collector.left();
        assertEquals(Fate.KEPT, fate("MULTI"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "SELECT 1", "CLIENT SETNAME me", "HELLO 3", "WATCH a" })
    void theSameUserIsNot(String request) {
        collector.sent(command(request), Commands.requests(request));
        assertEquals(Fate.KEPT, fate("MULTI"));
    }
}
