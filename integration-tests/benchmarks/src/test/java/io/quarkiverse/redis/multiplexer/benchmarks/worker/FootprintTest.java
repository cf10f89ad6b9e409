package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FootprintTest {

    @Test
    void theLineOfTheOperatingSystemIsInKilobytes() {
        assertEquals(1536 * 1024, Footprint.bytes("VmRSS:\t    1536 kB"));
    }

    @Test
    void thisProcessTakesMemory() {
        assertTrue(Footprint.now().heapBytes() > 100_000);
    }
}
