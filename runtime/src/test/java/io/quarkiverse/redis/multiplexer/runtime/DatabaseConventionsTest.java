package io.quarkiverse.redis.multiplexer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;

/** {@link DatabaseConventions}: what is opted in to. */
class DatabaseConventionsTest {

    @ParameterizedTest
    @CsvSource({ "database,STABLE", "database/dup,BOTH", "http,STOCK", "'http,database',STABLE",
            "'http, database/dup , code',BOTH", "'database/dup,database',BOTH", "'database,database/dup',BOTH",
            "databases,STOCK", "true,STOCK", "'',STOCK" })
    void theListIsThatOfOpenTelemetry(String optIn, DatabaseConventions conventions) {
        assertEquals(conventions, DatabaseConventions.of(Optional.of(List.of(optIn.split(",")))));
    }

    @Test
    void withoutAWordTheNamesAreTheStockOnes() {
        assertEquals(DatabaseConventions.STOCK, DatabaseConventions.of(Optional.empty()));
        assertEquals(DatabaseConventions.STOCK, DatabaseConventions.configured(new SmallRyeConfigBuilder().build()));
    }

    @Test
    void theVariableOfTheEnvironmentIsHonoured() {
        assertEquals(DatabaseConventions.BOTH, DatabaseConventions.configured(new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(Map.of("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database/dup"), 300))
                .build()));
        assertEquals(DatabaseConventions.STABLE, DatabaseConventions.configured(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(Map.of("otel.semconv-stability.opt-in", "database"), "test"))
                .build()));
    }
}
