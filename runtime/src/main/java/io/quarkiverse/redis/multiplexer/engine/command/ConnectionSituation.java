package io.quarkiverse.redis.multiplexer.engine.command;

/**
 * What goes on on a connection when a command on it is given up: most timeouts are explained by what is ahead of the command,
 * or by nothing coming at all.
 *
 * @param inFlight how many commands have been written and not answered
 * @param oldest the name of the one that the server has to answer next; not asked for if there is none
 * @param silentMillis for how long nothing has come
 * @param unwritten how many commands are about to be written, behind a large one or one that must be alone
 * @param obstacle what keeps more from being written
 */
public record ConnectionSituation(int inFlight, String oldest, long silentMillis, int unwritten, Obstacle obstacle) {

    /** The same, with an obstacle in front of the connection unless there is one on it. */
    public ConnectionSituation behind(Obstacle other) {
        return obstacle == Obstacle.NONE ? new ConnectionSituation(inFlight, oldest, silentMillis, unwritten, other) : this;
    }

    /** Goes on after a colon. */
    @Override
    public String toString() {
        return "nothing has come on its connection for " + silentMillis + " ms, "
                + switch (inFlight) {
                    case 0 -> "and no answer is due";
                    case 1 -> "where " + oldest + " is all that is not answered";
                    default -> "where " + inFlight + " commands are not answered, " + oldest + " before all others";
                }
                + (unwritten == 0 ? "" : ", and " + unwritten + " wait to be written");
    }
}
