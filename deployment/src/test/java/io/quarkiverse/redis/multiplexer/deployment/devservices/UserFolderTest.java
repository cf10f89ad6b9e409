package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserFolderTest {

    @TempDir
    Path parent;

    @Test
    void nobodyElseMayReadOrWriteIt() throws IOException {
        Path folder = parent.resolve("ours");
        new UserFolder(folder).open();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    }

    @Test
    void oneThatIsThereIsKept() throws IOException {
        UserFolder folder = new UserFolder(parent.resolve("ours"));
        folder.open();
        Files.createFile(folder.path().resolve("file"));
        folder.open();
        assertTrue(Files.exists(folder.path().resolve("file")));
    }

    @Test
    void oneOfSomebodyElseIsNotTaken() throws IOException {
        Path folder = ofSomebodyElse(parent.resolve("theirs"));
        IOException failure = assertThrows(IOException.class, () -> new UserFolder(folder).open());
        assertTrue(failure.getMessage().startsWith(folder + " belongs to "), failure.getMessage());
    }

    /** The root folder belongs to root; and root may give folders to others. */
    static Path ofSomebodyElse(Path path) throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            return Path.of("/");
        }
        Files.createDirectories(path);
        return Files.setOwner(path,
                FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    }
}
