package io.quarkiverse.redis.multiplexer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Sample;

class ResultsTest {

    private final Results results = new Results();

    @Test
    void ratiosAreThoseOfMediansAndTheirSpreadIsThatOfRounds() {
        add(0, ContestantType.STOCK, 10);
        add(0, ContestantType.OURS, 30);
        add(1, ContestantType.STOCK, 20);
        add(1, ContestantType.OURS, 100);
        add(2, ContestantType.STOCK, 30);
        add(2, ContestantType.OURS, 60);

        Result ours = ours();
        assertEquals(3.0, ours.ratioToStock());
        assertEquals(2.0, ours.ratioToStockMin());
        assertEquals(5.0, ours.ratioToStockMax());
        assertNull(ours.ratioToLettuce());
    }

    @Test
    void whereTheStockClientHasTooFewConnectionsTheOneThatHasEnoughIsComparedWith() {
        add(0, ContestantType.STOCK_2000, 10);
        add(0, ContestantType.OURS, 30);

        assertEquals(3.0, ours().ratioToStock());
    }

    @Test
    void theUsualStockClientIsComparedWithIfItIsThere() {
        add(0, ContestantType.STOCK_2000, 10);
        add(0, ContestantType.STOCK, 20);
        add(0, ContestantType.OURS, 30);

        assertEquals(1.5, ours().ratioToStock());
    }

    @Test
    void thoseWithAnotherTransportAreComparedWithEachOther() {
        add(0, ContestantType.STOCK, 1);
        add(0, ContestantType.STOCK_EPOLL, 10);
        add(0, ContestantType.LETTUCE, 1);
        add(0, ContestantType.LETTUCE_EPOLL, 15);
        add(0, ContestantType.OURS_EPOLL, 30);

        Result ours = results.summary().stream()
                .filter(result -> result.contestant().equals(ContestantType.OURS_EPOLL.label())).findFirst().orElseThrow();
        assertEquals(3.0, ours.ratioToStock());
        assertEquals(2.0, ours.ratioToLettuce());
    }

    @Test
    void whatWasNotMeasuredIsLeftOut() {
        add(0, ContestantType.OURS, 30);

        assertNull(ours().heapMb());
        assertNull(ours().p50Us());
    }

    private Result ours() {
        List<Result> summary = results.summary();
        return summary.stream().filter(result -> result.contestant().equals(ContestantType.OURS.label())).findFirst()
                .orElseThrow();
    }

    private void add(int round, ContestantType contestant, double opsPerSecond) {
        results.add(round, new Key("workload", "loops:1", contestant.label()),
                new Sample(opsPerSecond, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 1, 0, null,
                        Double.NaN, Double.NaN));
    }
}
