package io.quarkiverse.redis.multiplexer.faults.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;

/** Of each acceptance test as much as there are seconds for. */
class AcceptanceSlicesTest {

    private static final long SEED = 1;

    static Stream<String> names() {
        return Catalogue.ALL.stream().map(AcceptanceTest::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void ourClientKeepsAllLimits(String name) {
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        try (Ground ground = new Ground(ClientKind.multiplexer, RedisBinary.any(), true, SEED)) {
            AcceptanceTest test = Catalogue.of(name);
            Optional<String> obstacle = test.obstacle(ground);
            assumeTrue(obstacle.isEmpty(), () -> obstacle.orElseThrow());
            Findings findings = new Findings(new PrintStream(progress, true));
            Attempt.run(test, ground, findings);
            assertEquals(List.of(), findings.broken(), () -> name + "\n" + progress);
        }
    }
}
