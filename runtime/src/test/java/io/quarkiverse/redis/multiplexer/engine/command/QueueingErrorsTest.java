package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** What EXEC tells of the errors that came before it. */
class QueueingErrorsTest {

    private static final ErrorType ABORTED = ErrorType.create("EXECABORT Transaction discarded because of previous errors.");
    private static final List<CommandSpec> COMMANDS = Commands.requests("MULTI", "SET a", "GET a", "INCR").stream()
            .map(CommandSpec::of).toList();
    private static final Object OK = SimpleStringType.OK;

    private final QueueingErrors errors = new QueueingErrors();

    @Test
    void withoutAnyTheAnswerStaysAsItIs() {
        errors.add(COMMANDS, List.of(OK, OK, OK, OK));
        assertSame(ABORTED, errors.explain(ABORTED));
        assertTrue(errors.ofMulti().isEmpty());
    }

    @Test
    void eachIsToldWithItsPlaceAmongTheResults() {
        errors.add(COMMANDS, List.of(OK, ErrorType.create("ERR one"), OK, ErrorType.create("OOM two")));
        assertEquals("EXECABORT Transaction discarded because of previous errors: [0] set: ERR one; [2] incr: OOM two",
                errors.explain(ABORTED).getMessage());
        ErrorType other = ErrorType.create("MOVED 1 host:1");
        assertSame(other, errors.explain(other), "It is not for them");
    }

    @Test
    void aDroppedReplyIsNoError() {
        errors.add(COMMANDS, List.of(OK, new IllegalStateException("too large"), OK, OK));
        assertSame(ABORTED, errors.explain(ABORTED));
    }

    @Test
    void withoutMultiThereWasNoTransaction() {
        errors.add(COMMANDS, List.of(ErrorType.create("NOPERM no"), OK, OK, OK));
        assertTrue(errors.ofMulti().isPresent());
        String text = errors.explain(ErrorType.create("ERR EXEC without MULTI")).getMessage();
        assertTrue(text.startsWith("NOPERM no (MULTI was refused") && text.endsWith("ERR EXEC without MULTI)"), text);
    }
}
