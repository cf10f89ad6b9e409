package io.quarkiverse.redis.multiplexer.engine.command;

/** A reason why nothing more is written to a connection that is there. */
public enum Obstacle {

    /** Nothing is in the way. */
    NONE("what is before it takes long"),
    SUSPECTED("the server is silent, and its connection may be dead"),
    ENDING("its connection is ending"),
    FULL_SOCKET("the server takes nothing more from its socket"),
    LARGE_COMMAND("a large command before it is being written"),
    EXCLUSIVE("a command before it must be alone on its connection"),
    /** A command that must be executed first, and is on another connection. */
    ELSEWHERE("a command before it is being executed on another connection");

    private final String words;

    Obstacle(String words) {
        this.words = words;
    }

    /** Goes on after "because". */
    @Override
    public String toString() {
        return words;
    }
}
