package io.quarkiverse.redis.multiplexer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IdleClientsTest {

    private static final int LIMIT = 100_000;

    @Test
    void aThousandClientsTakeNoThreadAndNoConnectionAndLittleMemory() throws Exception {
        IdleClients idle = IdleClients.measure();
        assertEquals(0, idle.threads(), idle.toString());
        assertEquals(0, idle.connections(), idle.toString());
        assertTrue(idle.bytesEach() < LIMIT, idle.toString());
        assertTrue(idle.connectedBytesEach() < LIMIT, idle.toString());
    }
}
