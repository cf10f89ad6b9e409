package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CarriedBinaryTest {

    @ParameterizedTest
    @CsvSource({ "Linux,amd64", "Linux,i386", "Linux,aarch64", "Mac OS X,x86_64", "Mac OS X,aarch64", "Windows 11,amd64" })
    void thereIsOneForThePlatform(String os, String architecture) {
        CarriedBinary binary = CarriedBinary.forPlatform(os, architecture).orElseThrow();
        assertNotNull(CarriedBinary.class.getResource(binary.resource()), binary.resource());
    }

    @ParameterizedTest
    @CsvSource({ "Linux,ppc64le", "Windows 11,aarch64", "Mac OS X,ppc", "SunOS,amd64" })
    void thereIsNoneForThePlatform(String os, String architecture) {
        assertEquals(Optional.empty(), CarriedBinary.forPlatform(os, architecture));
    }

    @Test
    void theExtractedOneIsAServer(@TempDir Path folder) throws IOException {
        CarriedBinary carried = CarriedBinary.forPlatform(System.getProperty("os.name"), System.getProperty("os.arch"))
                .orElseThrow();
        Path executable = carried.extractTo(folder);
        assertTrue(Files.isExecutable(executable));
        assertEquals("Redis", ServerBinary.probe(executable).product());
    }
}
