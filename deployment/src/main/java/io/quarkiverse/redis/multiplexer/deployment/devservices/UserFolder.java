package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/**
 * A folder that only this user may read and write, and whose name all applications of the user know. So do others, who may
 * have made one of that name before.
 */
record UserFolder(Path path) {

    /**
     * Makes the folder if there is none.
     *
     * @throws IOException if the folder is somebody else's, who may have put anything there
     */
    void open() throws IOException {
        TemporaryFolder own = TemporaryFolder.create();
        try {
            UserPrincipal user = owner(own.path());
            if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(own.path(), path);
            }
            if (!owner(path).equals(user)) {
                throw new IOException(path + " belongs to " + owner(path) + " and not to " + user);
            }
        } finally {
            own.delete();
        }
    }

    private static UserPrincipal owner(Path path) throws IOException {
        return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
    }
}
