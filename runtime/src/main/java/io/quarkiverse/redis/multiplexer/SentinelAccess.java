package io.quarkiverse.redis.multiplexer;

import java.util.Optional;

/**
 * What sentinels want to know of their clients, where that is not what the servers want that they watch.
 *
 * @param username empty for that of the servers; for the default user, if there is a password here
 * @param password empty for that of the servers; for none, if there is a user here
 * @param tls whether they speak TLS; empty if they do where the servers do
 */
public record SentinelAccess(Optional<String> username, Optional<String> password, Optional<Boolean> tls) {

    /** Nothing is different. */
    public static final SentinelAccess AS_SERVERS = new SentinelAccess(Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether the login is another one. */
    public boolean hasLogin() {
        return username.isPresent() || password.isPresent();
    }

    /** Does not tell the password. */
    @Override
    public String toString() {
        return "SentinelAccess[username=" + username + ", password=" + password.map(secret -> "***") + ", tls=" + tls + "]";
    }
}
