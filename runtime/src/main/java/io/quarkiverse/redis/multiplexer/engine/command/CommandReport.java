package io.quarkiverse.redis.multiplexer.engine.command;

/** Hears of the end of one command, on the event loop of its connection, before its caller does. */
public interface CommandReport {

    /** Hears nothing. */
    CommandReport NONE = new CommandReport() {
        @Override
        public void succeeded(Object reply) {
        }

        @Override
        public void failed(Throwable cause) {
        }
    };

    void succeeded(Object reply);

    void failed(Throwable cause);
}
