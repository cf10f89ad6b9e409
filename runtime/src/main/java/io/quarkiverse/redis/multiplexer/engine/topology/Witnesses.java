package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongUnaryOperator;

import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.net.SocketAddress;

/**
 * The nodes that can be asked about their cluster, and which of them first: those that a redirect has named, which know best,
 * and the primaries that are well, in any order, so that not all clients ask the same one. Only if none of them answers it is
 * the turn of the configured addresses, which may be other names of the same nodes, and of primaries that were in trouble; and
 * then of replicas, to which there would be no connections otherwise.
 * <p>
 * Used on one event loop, but for what is told of the reachability of nodes.
 */
final class Witnesses {

    /** In a large cluster that is gone as a whole, not every node is tried each time. */
    private static final int MOST_OF_A_TIER = 8;

    private final ClusterAddresses addresses;
    private final LongUnaryOperator random;
    /** Those that commands cannot be sent to. Told by others, on any thread. */
    private final Set<SocketAddress> unreachable = ConcurrentHashMap.newKeySet();
    /** Those that have not answered the last question. */
    private final Set<SocketAddress> silent = new HashSet<>();
    /** Those that have answered in the last survey: it is the turn of others. */
    private final Set<SocketAddress> answeredLast = new HashSet<>();

    /** @param random a number from 0 on and below the one given */
    Witnesses(ClusterAddresses addresses, LongUnaryOperator random) {
        this.addresses = addresses;
        this.random = random;
    }

    /** Commands cannot be sent to the node. @return whether that is new */
    boolean lose(SocketAddress node) {
        return unreachable.add(node);
    }

    /** Commands can be sent to the node again. */
    void find(SocketAddress node) {
        unreachable.remove(node);
    }

    /** Whether commands for some slots have nowhere to go. */
    boolean missAPrimaryOf(SlotMap map) {
        return !unreachable.isEmpty() && map.primaries().stream().anyMatch(unreachable::contains);
    }

    /** What has come of a survey. @param nodes all that there are */
    void surveyed(Set<SocketAddress> answered, Set<SocketAddress> failed, Set<SocketAddress> nodes) {
        silent.removeAll(answered);
        silent.addAll(failed);
        answeredLast.clear();
        answeredLast.addAll(answered);
        unreachable.removeAll(answered);
        unreachable.retainAll(nodes);
        silent.removeIf(node -> !nodes.contains(node) && addresses.seeds().stream().noneMatch(at -> at.socket().equals(node)));
    }

    /**
     * Those to ask, in their order. Each tier is for when nobody before has answered.
     *
     * @param named by redirects
     */
    List<List<NodeAddress>> tiers(SlotMap map, Set<SocketAddress> named) {
        Set<SocketAddress> primaries = new LinkedHashSet<>(shuffled(map.primaries()));
        Set<SocketAddress> first = new LinkedHashSet<>(named);
        primaries.stream().filter(node -> !answeredLast.contains(node)).forEach(first::add);
        first.addAll(primaries);
        Set<SocketAddress> troubled = new LinkedHashSet<>(first);
        first.removeIf(this::isInTrouble);
        troubled.removeAll(first);

        Set<SocketAddress> nodes = map.nodes();
        Set<SocketAddress> second = new LinkedHashSet<>();
        shuffled(addresses.seeds().stream().map(NodeAddress::socket).toList()).stream()
                .filter(node -> !nodes.contains(node)).forEach(second::add);
        second.addAll(troubled);

        Set<SocketAddress> third = new LinkedHashSet<>(shuffled(nodes));
        third.removeAll(first);
        third.removeAll(second);
        return List.of(tier(first), tier(second), tier(third));
    }

    /** Whether commands cannot be sent to it, or it has not answered the last question. */
    boolean isInTrouble(SocketAddress node) {
        return unreachable.contains(node) || silent.contains(node);
    }

    private List<NodeAddress> tier(Set<SocketAddress> nodes) {
        return nodes.stream().limit(MOST_OF_A_TIER).map(addresses::of).toList();
    }

    private List<SocketAddress> shuffled(Iterable<SocketAddress> nodes) {
        List<SocketAddress> shuffled = new ArrayList<>();
        for (SocketAddress node : nodes) {
            shuffled.add((int) random.applyAsLong(shuffled.size() + 1L), node);
        }
        return shuffled;
    }
}
