package io.quarkiverse.redis.multiplexer.nativeimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Integration tests of which one fails. No test of this module: only run by the command. */
@EnabledIfSystemProperty(named = "showcase.port", matches = "\\d+")
class FailingShowcase {

    @Test
    void passes() {
        assertNotNull(System.getProperty("showcase.port"));
    }

    @Test
    void fails() {
        assertEquals("Nairobi", "Mombasa");
    }
}
