package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;

/** The nodes of a cluster that have been needed so far, by their addresses. Thread-safe. */
final class Nodes {

    private final Function<SocketAddress, Node> maker;
    private final Map<SocketAddress, Node> byAddress = new LinkedHashMap<>();
    private boolean closed;

    Nodes(Function<SocketAddress, Node> maker) {
        this.maker = maker;
    }

    /** The node at an address, made if need be; none after the end. */
    synchronized Optional<Node> at(SocketAddress address) {
        return closed ? Optional.ofNullable(byAddress.get(address))
                : Optional.of(byAddress.computeIfAbsent(address, maker));
    }

    synchronized List<Node> all() {
        return List.copyOf(byAddress.values());
    }

    /** Forgets some, and ends them. @see Node#retire */
    void retire(Predicate<Node> which, Duration grace) {
        List<Node> gone = all().stream().filter(which).toList();
        synchronized (this) {
            byAddress.values().removeAll(gone);
        }
        gone.forEach(node -> node.retire(grace));
    }

    /** Ends all, and makes no more. @see Node#close */
    Future<Void> close(Duration grace) {
        List<Node> ending;
        synchronized (this) {
            closed = true;
            ending = all();
        }
        return Future.join(ending.stream().map(node -> node.close(grace)).toList()).mapEmpty();
    }
}
