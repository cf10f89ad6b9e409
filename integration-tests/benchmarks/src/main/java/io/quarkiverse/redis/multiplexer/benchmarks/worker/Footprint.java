package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process takes of the memory.
 *
 * @param heapBytes that are reachable
 * @param residentBytes as the operating system counts them; {@code NaN} where it does not tell
 */
record Footprint(double heapBytes, double residentBytes) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    static final Footprint UNKNOWN = new Footprint(Double.NaN, Double.NaN);

    /** Collects garbage, which holds everybody up. */
    static Footprint now() {
        double resident = resident();
        System.gc();
        return new Footprint(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), resident);
    }

    private static double resident() {
        if (!Files.exists(STATUS)) {
            return Double.NaN;
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(RESIDENT)).mapToDouble(Footprint::bytes).findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param line such as {@code VmRSS:    1024 kB} */
    static double bytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024.0;
    }
}
