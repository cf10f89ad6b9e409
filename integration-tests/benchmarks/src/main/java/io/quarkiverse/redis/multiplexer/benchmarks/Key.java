package io.quarkiverse.redis.multiplexer.benchmarks;

/** What results are about: a contestant in a cell. */
record Key(String workload, String callers, String contestant) {
}
