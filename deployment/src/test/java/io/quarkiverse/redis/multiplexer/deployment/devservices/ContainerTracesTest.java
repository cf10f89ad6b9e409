package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerTracesTest {

    @TempDir
    Path home;

    private boolean any(Map<String, String> environment) {
        return new ContainerTraces(environment, home, List.of(home.resolve("docker.sock")), false).any();
    }

    @Test
    void aMachineWithoutAContainerRuntimeHasNone() {
        assertFalse(any(Map.of("PATH", "/usr/bin", "DOCKER_HOST", "")));
    }

    @Test
    void aRuntimeMayBeOnAnotherMachine() {
        assertTrue(any(Map.of("DOCKER_HOST", "tcp://elsewhere:2375")));
        assertTrue(any(Map.of("DOCKER_CONTEXT", "elsewhere")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            ".testcontainers.properties | docker.host=tcp://elsewhere:2375 | true",
            ".testcontainers.properties | tc.host = tcp://elsewhere:2375 | true",
            ".testcontainers.properties | testcontainers.reuse.enable=false | false",
            ".testcontainers.properties | docker.client.strategy=org.testcontainers.dockerclient.UnixSocketClientProviderStrategy | false",
            ".docker/config.json | {\"auths\":{}, \"currentContext\": \"colima\"} | true",
            ".docker/config.json | {\"currentContext\": \"default\"} | false",
            ".docker/config.json | {\"auths\":{}} | false" })
    void aRuntimeMayBeConfigured(String file, String content, boolean trace) throws IOException {
        Files.createDirectories(home.resolve(file).getParent());
        Files.writeString(home.resolve(file), content);
        assertEquals(trace, any(Map.of()));
    }

    @Test
    void aRuntimeThatListensIsOneAndTheSocketOfOneThatHasEndedIsNot() throws IOException {
        Path socket = home.resolve("docker.sock");
        try (ServerSocketChannel runtime = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            runtime.bind(UnixDomainSocketAddress.of(socket));
            assertTrue(any(Map.of()));
        }
        assertTrue(Files.exists(socket));
        assertFalse(any(Map.of()));
    }

    @Test
    void pipesAreNotLookedFor() {
        assertTrue(new ContainerTraces(Map.of(), home, List.of(), true).any());
    }
}
