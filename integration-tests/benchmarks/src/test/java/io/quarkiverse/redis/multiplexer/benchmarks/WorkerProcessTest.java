package io.quarkiverse.redis.multiplexer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Callers;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Task;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Workload;

class WorkerProcessTest {

    private static final int NOBODY = 1;

    /** Event loops of its client would keep it going, and the benchmark would wait for its answer for ever. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aWorkerThatCanNotDoItsTaskEndsAndTellsWhy() throws IOException {
        WorkerProcess.Kind kind = WorkerProcess.Kind.of(ContestantType.OURS, Workload.GET_32);
        try (WorkerProcess worker = new WorkerProcess(kind, Path.of("target"), Optional.empty())) {
            Task task = new Task(ContestantType.OURS.label(), Workload.GET_32, Callers.loops(1), NOBODY, List.of(NOBODY), 1, 1);
            IllegalStateException failure = assertThrows(IllegalStateException.class, () -> worker.take(task));
            assertTrue(failure.getMessage().contains("ConnectException"), failure::getMessage);
        }
    }
}
