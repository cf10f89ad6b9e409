package io.quarkiverse.redis.multiplexer.engine.command;

/** A listener to the end of one command: told on the event loop of its connection, before its caller is. */
public interface CommandReport {

    /** Listens to nothing. */
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
