package io.quarkiverse.redis.multiplexer.engine.vertx;

import java.util.Optional;

import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;

/**
 * What Vert.x counts of the commands to one server, called as the stock client calls it. The methods throw what the metrics
 * throw. Thread-safe.
 */
public final class CommandMetrics {

    private static final String TYPE = "redis";

    private final ClientMetrics<Object, Object, Object> metrics;

    private CommandMetrics(ClientMetrics<Object, Object, Object> metrics) {
        this.metrics = metrics;
    }

    /**
     * @param name the name of the metrics, of the client's options
     * @return nothing if {@code vertx} counts nothing
     */
    @SuppressWarnings("unchecked")
    public static Optional<CommandMetrics> of(Vertx vertx, SocketAddress server, String name) {
        VertxMetrics all = VertxAccess.metrics(vertx);
        ClientMetrics<?, ?, ?> metrics = all == null ? null : all.createClientMetrics(server, TYPE, name);
        return metrics == null ? Optional.empty()
                : Optional.of(new CommandMetrics((ClientMetrics<Object, Object, Object>) metrics));
    }

    /** A command is handed over. @return what the other methods are to be given; may be {@code null} */
    public Object begin(String command) {
        Object begun = metrics.requestBegin(command, command);
        metrics.requestEnd(begun);
        return begun;
    }

    /** The reply to the command is there. */
    public void replied(Object begun) {
        metrics.responseBegin(begun, null);
        metrics.responseEnd(begun);
    }

    /** There will be no reply. */
    public void failed(Object begun) {
        metrics.requestReset(begun);
    }

    public void close() {
        metrics.close();
    }
}
