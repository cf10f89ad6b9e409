package io.quarkiverse.redis.multiplexer.faults.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;

/** What is beyond a limit is found, and seen in the table. */
class ReportTest {

    private final Findings findings = new Findings(new PrintStream(new ByteArrayOutputStream()));

    @Test
    void limitsAreKeptOrNot() {
        findings.tell("told", "anything");
        findings.atMost("few", 2, 2);
        findings.atLeast("many", 2, 2);
        findings.exactly("same", 2L, 2L);
        findings.within("soon", 2, 2);
        findings.none("nothing", List.of());
        assertEquals(List.of(), findings.broken());
        findings.atMost("too many", 3, 2);
        findings.atLeast("too few", 1, 2);
        findings.exactly("other", 1L, 2L);
        findings.within("late", 3, 2);
        findings.within("never", -1, 2);
        findings.none("failures", List.of("one", "one"));
        assertEquals(List.of("too many", "too few", "other", "late", "never", "failures"),
                findings.broken().stream().map(Finding::name).toList());
    }

    @Test
    void anAttemptIsTheSameInAnotherJvm() {
        findings.atMost("few", 3, 2);
        Attempt attempt = new Attempt("A1", ClientKind.lettuce, "", findings.all());
        assertEquals(attempt, Attempt.of(attempt.toJson()));
        assertFalse(attempt.isKept());
        assertEquals("A1, lettuce: few: 3 (<= 2) NOT KEPT", attempt.line());
    }

    @Test
    void theTableHasARowForEachFigureAndAColumnForEachClient() {
        Finding kept = new Finding("lost", "0", "0", true);
        Finding broken = new Finding("lost", "7", "0", false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Report(List.of(new Attempt("A1", ClientKind.multiplexer, "", List.of(kept)),
                new Attempt("A1", ClientKind.multiplexer, "", List.of(kept)),
                new Attempt("A1", ClientKind.stock, "", List.of(broken)),
                new Attempt("A2", ClientKind.stock, "can't do a|b", List.of())), RedisBinary.REDIS_7_0)
                .print(new PrintStream(out));
        String table = out.toString();
        assertTrue(table.contains("| test | figure | limit | multiplexer | stock |"), table);
        assertTrue(table.contains("| A1 | lost | 0 | 0 / 0 | **7** |"), table);
        assertTrue(table.contains("| A2 |  |  |  | can't do a\\|b |"), table);
    }

    @Test
    void severalTestsBeginWithOneName() {
        assertEquals(List.of("A5", "A5-ask"), Catalogue.named("A5").stream().map(AcceptanceTest::name).toList());
        assertEquals(List.of("A5-ask"), Catalogue.named("A5-ask").stream().map(AcceptanceTest::name).toList());
        assertEquals(List.of(), Catalogue.named("A"));
    }
}
