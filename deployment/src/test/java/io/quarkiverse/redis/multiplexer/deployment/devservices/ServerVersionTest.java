package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {

    @ParameterizedTest
    @CsvSource({ "7.0.15,7.0", "7.0.15,7", "7,7.0.0", "10.0,9.9", "7.2.1,7.2.0", "6.2.6,6.2.6" })
    void isAtLeast(String version, String required) {
        assertTrue(ServerVersion.parse(version).isAtLeast(ServerVersion.parse(required)));
    }

    @ParameterizedTest
    @CsvSource({ "6.2.6,7.0", "7.0.15,7.0.16", "9.9,10", "7,7.0.1" })
    void isOlder(String version, String required) {
        assertFalse(ServerVersion.parse(version).isAtLeast(ServerVersion.parse(required)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "latest", "7.", ".7", "7.x", "-1", "99999999999" })
    void isNotAVersion(String text) {
        assertThrows(IllegalArgumentException.class, () -> ServerVersion.parse(text));
    }

    @Test
    void readsAsItWasWritten() {
        assertEquals("7.0.15", ServerVersion.parse("7.0.15").toString());
    }
}
