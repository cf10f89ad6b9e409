package io.quarkiverse.redis.multiplexer.engine.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * Whether a server answers a request with one reply, whatever happens. Connections stand on that: replies are matched with
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

    private static final Set<String> PERHAPS_ANSWERED = Set.of("debug", "monitor", "psync", "quit", "replconf", "shutdown",
            "sync");
    private static final Set<String> UNANSWERED_REPLCONF = Set.of("ack", "getack");
    private static final Set<String> SILENCING_REPLY_MODES = Set.of("off", "skip");

    public static Answering of(Request request) {
        String name = request.command().toString().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "auth" -> UNLESS_REFUSED;
            case "hello" -> hasWord(request, "auth") ? UNLESS_REFUSED : ALWAYS;
            case "client" -> "reply".equals(word(request, 0)) && SILENCING_REPLY_MODES.contains(word(request, 1)) ? NEVER
                    : ALWAYS;
            case "replconf" -> UNANSWERED_REPLCONF.contains(word(request, 0)) ? NEVER : PERHAPS;
            default -> PERHAPS_ANSWERED.contains(name) ? PERHAPS : ALWAYS;
        };
    }

    /**
     * Whether the request must not be sent as the next one of a batch or transaction: a login that comes behind other commands
     * there has its replies behind theirs.
     *
     * @param first whether nothing is in front of it
     */
    static boolean isRefused(Request request, boolean first) {
        Answering answering = of(request);
        return answering == NEVER || answering == UNLESS_REFUSED && !first;
    }

    static boolean hasLogin(List<Request> requests) {
        return requests.stream().anyMatch(request -> of(request) == UNLESS_REFUSED);
    }

    /** Whether one of the requests must be alone on its connection. */
    static boolean isExclusive(List<Request> requests) {
        return requests.stream().anyMatch(request -> of(request) != ALWAYS);
    }

    private static boolean hasWord(Request request, String word) {
        for (int i = 0, n = RequestAccess.arguments(request).size(); i < n; i++) {
            if (word.equals(word(request, i))) {
                return true;
            }
        }
        return false;
    }

    /** @return in lower case; empty if there is none */
    private static String word(Request request, int index) {
        List<byte[]> arguments = RequestAccess.arguments(request);
        byte[] argument = index < arguments.size() ? arguments.get(index) : null;
        return argument == null ? "" : new String(argument, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
