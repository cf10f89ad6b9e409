package io.quarkiverse.redis.multiplexer;

/** What happens to commands while the server can't be reached. */
public enum UnavailablePolicy {

    /**
     * They wait for it, at most until their deadline and not more of them than {@code max-pending}. A short outage is not
     * noticed by callers.
     */
    QUEUE,

    /** They fail at once, with the reason why the server can't be reached. Callers can fall back to something else. */
    FAIL_FAST
}
