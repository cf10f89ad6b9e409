package io.quarkiverse.redis.multiplexer.benchmarks;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * A contestant in a cell, over all rounds: medians, and the sum of the errors. What was not measured is {@code null}.
 *
 * @param heapMb reachable, of the client process
 * @param residentMb of the client process, as the operating system counts it
 * @param ratioToStock of the median operations per second
 * @param ratioToStockMin the smallest one within a round
 * @param ratioToStockMax the largest one within a round
 * @param ratioToStandalone where there are several servers: to our own client of each of them on its own, in the same way
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Result(String workload, String callers, String contestant, Double opsPerS, Double p50Us, Double p99Us, Double p999Us,
        Double bytesPerOp, Double clientCpuUsPerOp, Double serverCpuUsPerOp, Double heapMb, Double residentMb, int connections,
        long errors, String firstError,
        Double ratioToStock, Double ratioToStockMin, Double ratioToStockMax, Double ratioToLettuce, Double ratioToLettuceMin,
        Double ratioToLettuceMax, Double ratioToStandalone, Double ratioToStandaloneMin, Double ratioToStandaloneMax) {

    Key key() {
        return new Key(workload, callers, contestant);
    }
}
