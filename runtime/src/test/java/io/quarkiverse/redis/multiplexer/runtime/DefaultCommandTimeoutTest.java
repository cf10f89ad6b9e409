package io.quarkiverse.redis.multiplexer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link DefaultCommandTimeout}: before a data source gives up, but not long before. */
class DefaultCommandTimeoutTest {

    @ParameterizedTest
    @CsvSource({ "PT10S,PT9.5S", "PT6S,PT5.7S", "PT3S,PT2.8S", "PT1S,PT0.8S", "PT0.1S,PT0.08S", "PT0.005S,PT0.004S",
            "PT1M,PT59S",
            "P36500D,PT875999H59M59S", "PT0.001S,PT0.001S", "PT0S,PT0S", "PT-5S,PT-5S" })
    void itIsALittleShorterThanTheTimeoutOfTheRedisClient(Duration redisTimeout, Duration commandTimeout) {
        assertEquals(commandTimeout, DefaultCommandTimeout.of(redisTimeout));
    }
}
