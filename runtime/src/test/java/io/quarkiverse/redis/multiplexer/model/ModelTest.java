package io.quarkiverse.redis.multiplexer.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;

/**
 * A model of the client, {@link Verdict}, held against random use of it under random faults. Always the same here;
 * {@code -Dmodel.seeds=5,6,7} has others, and {@code -Dmodel.turns=20} takes longer.
 */
class ModelTest {

    private static final int TURNS = Integer.getInteger("model.turns", 2);
    private static final int LARGEST = 300_000;
    /** More than there is direct memory for. */
    private static final int TOO_LARGE = 40_000_000;

    @ParameterizedTest
    @EnumSource(value = RedisBinary.class, mode = EnumSource.Mode.EXCLUDE, names = "SYSTEM")
    void callersAreToldTheTruth(RedisBinary binary) throws Exception {
        binary.assumeThere();
        for (long seed : seeds(binary.ordinal() + 1)) {
            assertEquals("", new ModelRun(binary, seed, TURNS, LARGEST, false).run());
        }
    }

    /** In a JVM of its own, where values do not always find room. */
    @Test
    void callersAreToldTheTruthWhenAllocationsFail(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        for (long seed : seeds(11)) {
            Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx700m",
                    "-XX:MaxDirectMemorySize=32m", "-Dio.netty.leakDetection.level=paranoid",
                    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp", System.getProperty("java.class.path"),
                    ModelRun.class.getName(), RedisBinary.any().name(), String.valueOf(seed), String.valueOf(TURNS),
                    String.valueOf(TOO_LARGE), "true").redirectErrorStream(true).redirectOutput(output.toFile()).start();
            try {
                assertTrue(jvm.waitFor(2, TimeUnit.MINUTES), () -> read(output));
                assertEquals(0, jvm.exitValue(), () -> read(output));
            } finally {
                // With the server that it has started.
                jvm.descendants().forEach(ProcessHandle::destroyForcibly);
                jvm.destroyForcibly();
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long[] seeds(long usual) {
        String wanted = System.getProperty("model.seeds");
        return wanted == null ? LongStream.of(usual).toArray()
                : Stream.of(wanted.split(",")).mapToLong(Long::parseLong).toArray();
    }
}
