package io.quarkiverse.redis.multiplexer.engine.command;

/** A remedy for a command that the server has refused. In no case but the first has the command been executed. */
public enum Remedy {
    /** Nothing that the client could do: its caller gets the error. */
    CALLERS,
    /** To send it again to the same server, when that is fit for it. */
    SEND_AGAIN_LATER,
    /** To send nothing on this connection until the server executes commands again, and then this one first. */
    HOLD,
    /** To send it to another server, which the error names; see {@link Redirect}. */
    ELSEWHERE,
    /** To connect anew: the address may belong to another server by now. Its caller gets the error. */
    RECONNECT;

    /** Whether the same may be accepted a moment later: for what can be asked again at any time. */
    public boolean waitingHelps() {
        return this == SEND_AGAIN_LATER || this == HOLD || this == RECONNECT;
    }
}
