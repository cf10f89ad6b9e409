package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReplyTransferTest {

    private final ReplyTransfer transfer = new ReplyTransfer();

    private void assertTransfer(long bytes, long nanos) {
        assertEquals(bytes, transfer.bytes());
        assertEquals(nanos, transfer.nanos());
        transfer.next();
    }

    @Test
    void aReplyTakesTheTimeFromItsFirstPartToItsLast() {
        transfer.read(100, 1_000, false);
        transfer.read(200, 1_500, true);
        transfer.read(50, 1_900, true);
        assertTransfer(350, 900);
    }

    @Test
    void theTimeBetweenRepliesCountsForNone() {
        transfer.read(100, 1_000, false);
        assertTransfer(100, 0);
        transfer.read(100, 5_000, false);
        transfer.read(100, 5_300, true);
        assertTransfer(200, 300);
    }

    @Test
    void aReplyThatCameWithTheEndOfAnotherOneBeganThen() {
        transfer.read(100, 1_000, false);
        transfer.read(100, 2_000, true);
        assertTransfer(200, 1_000);
        assertTransfer(0, 0);
        transfer.read(100, 2_700, true);
        assertTransfer(100, 700);
    }
}
