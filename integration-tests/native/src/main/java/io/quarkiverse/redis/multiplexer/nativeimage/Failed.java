package io.quarkiverse.redis.multiplexer.nativeimage;

/** Something is not as it has to be; the message says what. */
final class Failed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Failed(String message) {
        super(message);
    }

    /** @throws Failed if it is not so */
    static void unless(boolean condition, String message) {
        if (!condition) {
            throw new Failed(message);
        }
    }
}
