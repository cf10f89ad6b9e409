package io.quarkiverse.redis.multiplexer;

/**
 * A snapshot of the commands to several servers that no lane has: it is not known yet which node they are for, or their slot
 * goes from one node to another, or nobody serves it. With one server, every command is on a lane.
 *
 * @param waiting commands accepted, and not given to a lane, or taken back from one
 * @param failures those of them that did not succeed. An error that is no reply counts among the {@code errors}, too: of keys
 *        in several slots, of slots that nobody has. None are {@code lost}
 */
public record RoutingStatus(int waiting, LaneStatus.Failures failures) {

    /** Of a client where none has been on its way yet. */
    public static final RoutingStatus UNUSED = new RoutingStatus(0, new LaneStatus.Failures(0, 0, 0, 0, 0));
}
