package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.TransactionMode;

/** {@link TransactionAccess}. */
class TransactionAccessTest extends TransactionByHand {

    @Test
    void accessIsGrantedByAnEmptyTransactionAndRefusedByAnyError() {
        List<String> told = new ArrayList<>();
        for (List<String> replies : List.of(List.of("OK", "[]"), List.of("-NOPERM multi", "-ERR EXEC without MULTI"),
                List.of("OK", "-EXECABORT Transaction discarded because of: NOPERM no exec"), List.of("OK", "-BUSY a script"),
                List.of("-ERR unknown command 'multi'", "-ERR EXEC without MULTI"))) {
            TransactionAccess asked = TransactionAccess.of(TransactionMode.COLLECTED);
            assertTrue(asked.isUnknown());
            PendingCommand question = asked.question(() -> told.add("begun"), cause -> told.add(cause.getMessage()));
            assertEquals("multi exec", text(question));
            reply(question, replies.toArray(String[]::new));
            told.add(asked.isGranted() ? "granted" : asked.isRefused() ? "refused" : "unknown");
        }
        TransactionAccess unanswered = TransactionAccess.of(TransactionMode.COLLECTED);
        unanswered.question(() -> told.add("begun"), cause -> told.add(cause.getMessage()))
                .fail(new IllegalStateException("lost"));
        assertTrue(unanswered.isUnknown());
        assertEquals(List.of("begun", "granted", "NOPERM multi", "refused", "begun", "refused", "begun", "unknown",
                "ERR unknown command 'multi'", "refused", "begun"), told);
    }
}
