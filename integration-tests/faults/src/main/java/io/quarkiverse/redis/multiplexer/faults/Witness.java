package io.quarkiverse.redis.multiplexer.faults;

/** Is told how steps end. Thread-safe. Moments are those of {@link System#nanoTime()}. */
interface Witness {

    /** Does not care. */
    Witness NOBODY = new Witness() {
        @Override
        public void succeeded(Step step, long begun) {
            // Does not care.
        }

        @Override
        public void failed(Step step, long begun, String failure) {
            // Does not care.
        }
    };

    void succeeded(Step step, long begun);

    /** @param failure in words */
    void failed(Step step, long begun, String failure);
}
