package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.Set;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * The number of replies that a server gives to a request: one, whatever happens, or maybe none. Connections stand on that:
 * replies are matched with
 * commands by their order alone, and one that is left out gives every later command the reply of another one.
 * <p>
 * Only what is answered {@link #ALWAYS} may share a connection. All else that may be sent is sent on a connection of its
 * caller's own, and is alone on it until its answer has come.
 */
public enum Answering {

    /** One reply, or the end of the connection. */
    ALWAYS,
    /**
     * A login. Since Redis 7.2, and in Valkey, the error of a refused one is left out while other replies are on their way
     * (<a href="https://github.com/redis/redis/issues/15640">redis#15640</a>), in EXEC, too.
     */
    UNLESS_REFUSED,
    /** Maybe none, because the server ends or goes on differently; or it is followed by what is no reply. */
    PERHAPS,
    /** No reply, or none to what comes after it. */
    NEVER;

    private static final Set<String> UNANSWERED_REPLCONF = Set.of("ack", "getack");
    private static final Set<String> SILENCING_REPLY_MODES = Set.of("off", "skip");

    public static Answering of(Request request) {
        List<byte[]> arguments = RequestAccess.arguments(request);
        return switch (CommandSpec.of(request).special()) {
            case AUTH -> UNLESS_REFUSED;
            case HELLO -> hasWord("auth", arguments) ? UNLESS_REFUSED : ALWAYS;
            case CLIENT -> Words.is("reply", arguments, 0) && SILENCING_REPLY_MODES.contains(Words.at(1, arguments)) ? NEVER
                    : ALWAYS;
            case REPLCONF -> UNANSWERED_REPLCONF.contains(Words.at(0, arguments)) ? NEVER : PERHAPS;
            case DEBUG, MONITOR, PSYNC, QUIT, SHUTDOWN, SYNC -> PERHAPS;
            default -> ALWAYS;
        };
    }

    /**
     * Whether the request must not be sent as the next one of a batch or transaction: a login that comes behind other commands
     * there has its replies behind theirs.
     *
     * @param first whether nothing is in front of it
     */
    static boolean mustNotBeSent(Request request, boolean first) {
        Answering answering = of(request);
        return answering == NEVER || answering == UNLESS_REFUSED && !first;
    }

    static boolean hasLogin(List<Request> requests) {
        return requests.stream().anyMatch(request -> of(request) == UNLESS_REFUSED);
    }

    /** Whether the connection may have another user behind one of the requests. */
    static boolean changesUser(List<Request> requests) {
        return hasLogin(requests) || requests.stream().anyMatch(request -> StateEffect.of(request) == StateEffect.RESET);
    }

    /** Whether one of the requests must be alone on its connection until it is answered. */
    static boolean isExclusive(List<Request> requests) {
        return requests.stream().anyMatch(request -> of(request) != ALWAYS);
    }

    private static boolean hasWord(String word, List<byte[]> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            if (Words.is(word, arguments, i)) {
                return true;
            }
        }
        return false;
    }
}
