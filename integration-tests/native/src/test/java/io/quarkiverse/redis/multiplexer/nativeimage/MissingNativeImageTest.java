package io.quarkiverse.redis.multiplexer.nativeimage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** What the command says to somebody who has no {@code native-image}. */
class MissingNativeImageTest {

    @Test
    void itIsSaidInOneSentenceBeforeAnythingIsBuilt() throws Exception {
        ProcessBuilder command = new ProcessBuilder("/bin/sh", Path.of("run").toRealPath().toString())
                .redirectErrorStream(true);
        // Where nothing is, neither native-image nor what would build anything.
        command.environment().put("PATH", Path.of("src").toRealPath().toString());
        command.environment().remove("GRAALVM_HOME");

        Process process = command.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(2, process.waitFor(), said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(
                said.contains("no native-image on the PATH nor in GRAALVM_HOME") && said.contains("install GraalVM or Mandrel")
                        && said.contains("--executable FILE"),
                said);
    }
}
