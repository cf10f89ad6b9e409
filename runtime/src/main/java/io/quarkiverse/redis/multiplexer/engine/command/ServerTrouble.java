package io.quarkiverse.redis.multiplexer.engine.command;

import io.vertx.redis.client.impl.types.ErrorType;

/**
 * What an error of the server says about the server, and not about the command. In no case has the command been executed.
 * <p>
 * The rule: from a server that is {@link #UNFIT}, commands that only read are taken back and sent again when it is fit; those
 * that may write fail with the server's error, because sending them later than the ones behind them would change their
 * order. A server that was {@link #DEMOTED} is connected to anew, because its name may belong to the new primary, and the
 * caller gets the error. A server that is {@link #BUSY} is waited for, on the same connection, and the commands that it has
 * refused are sent again, in their order. All other errors are the caller's: MISCONF and OOM need somebody to act, CLUSTERDOWN
 * and TRYAGAIN come from clusters, which are not multiplexed yet.
 */
public enum ServerTrouble {

    NONE,
    /** LOADING, MASTERDOWN: there is no data yet, or none that is to be relied on. */
    UNFIT,
    /** READONLY: it is a replica (now). */
    DEMOTED,
    /** BUSY: a script has been running for long, and nothing else is executed until it ends. */
    BUSY;

    public static ServerTrouble of(ErrorType error) {
        if (error.is("LOADING") || error.is("MASTERDOWN")) {
            return UNFIT;
        }
        // Before Redis 7, the error of a script has that of its command inside.
        if (error.is("READONLY") || error.getMessage().contains("-READONLY ")) {
            return DEMOTED;
        }
        // The space: not BUSYKEY and BUSYGROUP.
        return error.is("BUSY ") ? BUSY : NONE;
    }

    /** Whether what has been refused with it may be accepted a moment later: for what can be asked again at any time. */
    public static boolean isTemporary(ErrorType error) {
        return of(error) != NONE || error.is("CLUSTERDOWN") || error.is("TRYAGAIN");
    }
}
