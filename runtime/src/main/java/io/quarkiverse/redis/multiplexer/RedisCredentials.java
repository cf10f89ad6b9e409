package io.quarkiverse.redis.multiplexer;

import java.time.Instant;

/**
 * What a connection logs in with. Its string form has no password.
 *
 * @param user {@code null} for the default user
 * @param password {@code null} for no login at all
 * @param expiresAt when the server stops accepting them; {@code null} if that is not known, or never
 */
public record RedisCredentials(String user, String password, Instant expiresAt) {

    @Override
    public String toString() {
        return "RedisCredentials[user=" + user + ", expiresAt=" + expiresAt + "]";
    }
}
