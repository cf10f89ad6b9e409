package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.lang.management.ManagementFactory;
import java.util.Arrays;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

/**
 * What this process and the server have used up so far.
 *
 * @param allocatedBytes by the threads that there are
 */
record Usage(long nanoTime, long clientCpuNanos, double serverCpuMicros, long allocatedBytes) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    static Usage now(Servers servers) {
        // Carriers of virtual threads are among these threads. What a virtual thread allocates is counted for its carrier.
        long allocated = Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())).filter(bytes -> bytes > 0)
                .sum();
        return new Usage(System.nanoTime(), SYSTEM.getProcessCpuTime(), servers.cpuMicros(), allocated);
    }
}
