package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The errors of servers that mean more than that a command was wrong, with the {@link Remedy} of each. This is the one place
 * that looks at their texts.
 * <p>
 * An error is known by its code, the capitals that it begins with, or by a phrase where the code tells too little. What a
 * script or a transaction was refused for is looked for in the text of its own error, as far as it tells about the server. How
 * that text begins is the server's; further behind may be what a caller has sent, and proves nothing.
 * <p>
 * A script ends with whatever error it likes, and {@code BUSY the lock is taken} says nothing about the server. So where one
 * may have been executed, the code {@linkplain #isCodeOnly is not enough} without the words that servers put behind it.
 * Elsewhere it is: a module that keeps the server busy chooses its words, and so does a proxy.
 * <p>
 * Who has one server only acts on the {@link #remedyOnOneServer}: there is nobody to ask elsewhere, and no slot that could
 * move. MISCONF, OOM and NOREPLICAS say something about the server as well, but need somebody to act, and callers to know.
 */
public enum ServerError {

    /** None of the others. */
    OTHER(About.COMMAND, Remedy.CALLERS),
    /** The code of errors that have none of their own. */
    ERR(About.COMMAND, Remedy.CALLERS),
    NOPERM(About.COMMAND, Remedy.CALLERS),
    NOSCRIPT(About.COMMAND, Remedy.CALLERS),
    CROSSSLOT(About.COMMAND, Remedy.CALLERS),
    MISCONF(About.COMMAND, Remedy.CALLERS),
    OOM(About.COMMAND, Remedy.CALLERS),
    NOREPLICAS(About.COMMAND, Remedy.CALLERS),
    /** A transaction has been refused as a whole, and is over. */
    EXECABORT(About.COMMAND, Remedy.CALLERS),
    /** EXEC or DISCARD outside of a transaction. */
    NO_TRANSACTION(About.COMMAND, Remedy.CALLERS),
    /** By CLIENT UNBLOCK. */
    UNBLOCKED(About.COMMAND, Remedy.CALLERS),

    NOAUTH(About.LOGIN, Remedy.CALLERS),
    WRONGPASS(About.LOGIN, Remedy.CALLERS),
    TOO_MANY_CLIENTS(About.LOGIN, Remedy.SEND_AGAIN_LATER, "(?i)max number of clients"),

    /** The slot belongs to another server. */
    MOVED(About.SLOT, Remedy.ELSEWHERE, "\\d+ \\S*:\\d+"),
    /** The key, if it exists, is on the server that the slot is just moving to. */
    ASK(About.SLOT, Remedy.ELSEWHERE, "\\d+ \\S*:\\d+"),
    /** Some of the keys of a slot that is just moving are here, and others there; or what is left of one that has moved is. */
    TRYAGAIN(About.SLOT, Remedy.SEND_AGAIN_LATER, "during rehashing of slot|is being trimmed"),
    CLUSTERDOWN(About.SLOT, Remedy.SEND_AGAIN_LATER, "The cluster is down|Hash slot not served"),
    /** It has let go of a command that was blocked on a stream, because that is gone; maybe to another server. */
    UNBLOCKED_WITHOUT_KEY(About.SLOT, Remedy.SEND_AGAIN_LATER, "key no longer exists"),

    /** The server has become a replica, and knows its primary. It says so only to those who have announced it (CLIENT CAPA). */
    REDIRECT(About.SERVER, Remedy.ELSEWHERE, "\\S+:\\d+"),
    LOADING(About.SERVER, Remedy.SEND_AGAIN_LATER, "is loading the dataset in memory"),
    /** A replica without its primary, which it would not answer without. */
    MASTERDOWN(About.SERVER, Remedy.SEND_AGAIN_LATER, "Link with MASTER is down"),
    /** A script, or a command of a module, has been running for long. */
    BUSY(About.SERVER, Remedy.HOLD, "is busy running a"),
    /** It is a replica (now). */
    READONLY(About.SERVER, Remedy.RECONNECT, "read ?only (replica|slave)"),
    /** It has let go of a blocking command because it has become a replica. */
    UNBLOCKED_AS_REPLICA(About.SERVER, Remedy.RECONNECT, "instance state changed");

    private enum About {
        COMMAND,
        LOGIN,
        SLOT,
        SERVER
    }

    private static final Map<String, ServerError> BY_CODE = Arrays.stream(values())
            .collect(Collectors.toMap(ServerError::name, Function.identity()));

    private static final String GENERAL = "ERR ";
    /** A script's error has that of its command inside before Redis 7, and EXECABORT has the reason for it. */
    private static final Pattern REPLICA_WITHIN = Pattern.compile(
            "(?:ERR Error running script \\(call to f_\\w+\\): )?(?:@user_script: ?\\d+: )+-READONLY "
                    + "|EXECABORT Transaction discarded because of: READONLY ");
    private static final String TOO_MANY = "max number of clients";
    private static final String FORBIDDEN_EXEC = ": " + NOPERM + " ";
    private static final String UNKNOWN = "unknown command";

    private final About about;
    private final Remedy remedy;
    /** Those of servers behind the code, wherever they stand. */
    private final Pattern words;

    ServerError(About about, Remedy remedy) {
        this(about, remedy, "");
    }

    ServerError(About about, Remedy remedy, String words) {
        this.about = about;
        this.remedy = remedy;
        this.words = Pattern.compile(words);
    }

    /** The meaning of an error; of that which is inside of it, if that tells more. */
    public static ServerError of(ErrorType error) {
        ServerError named = named(error);
        return named.about == About.COMMAND && tellsOfReplica(error.getMessage()) ? READONLY : named;
    }

    /** The meaning of an error as it stands, whatever is inside of it. */
    static ServerError named(ErrorType error) {
        String message = error.getMessage();
        if (message == null) {
            return OTHER;
        }
        boolean general = message.startsWith(GENERAL);
        int start = general ? GENERAL.length() : 0;
        int end = endOfCode(message, start);
        ServerError coded = BY_CODE.get(message.substring(start, end));
        if (coded == BUSY && !message.startsWith(" ", end)) {
            // One that waits for a script to end would wait for ever for somebody else's error.
            return OTHER;
        }
        if (coded == UNBLOCKED) {
            return unblocked(message);
        }
        return coded != null ? coded : byPhrase(message, start, general ? ERR : OTHER);
    }

    /** Whether it has the code of one that tells about a server or a slot, and not the words: a script may have chosen it. */
    static boolean isCodeOnly(ErrorType error) {
        ServerError meaning = of(error);
        return meaning.remedy != Remedy.CALLERS && !meaning.words.matcher(error.getMessage()).find();
    }

    private static ServerError unblocked(String message) {
        if (message.contains("instance state changed")) {
            return UNBLOCKED_AS_REPLICA;
        }
        return message.contains("key no longer exists") ? UNBLOCKED_WITHOUT_KEY : UNBLOCKED;
    }

    /** What is behind a code is not trusted to be a space. */
    private static int endOfCode(String message, int start) {
        int end = start;
        while (end < message.length() && message.charAt(end) >= 'A' && message.charAt(end) <= 'Z') {
            end++;
        }
        return end;
    }

    private static ServerError byPhrase(String message, int start, ServerError otherwise) {
        if (message.contains("without MULTI")) {
            return NO_TRANSACTION;
        }
        return message.regionMatches(true, start, TOO_MANY, 0, TOO_MANY.length()) ? TOO_MANY_CLIENTS : otherwise;
    }

    private static boolean tellsOfReplica(String message) {
        return message != null && REPLICA_WITHIN.matcher(message).lookingAt();
    }

    /** Whether the server would say so again whenever it is asked: its user may not use the command, or there is none. */
    static boolean forbids(ErrorType error) {
        String message = error.getMessage();
        return named(error) == NOPERM
                || message != null && (message.contains(FORBIDDEN_EXEC) || message.contains(UNKNOWN));
    }

    public Remedy remedy() {
        return remedy;
    }

    /** The remedy that is left to who has no other server to ask: what is not about the server itself is the caller's. */
    public Remedy remedyOnOneServer() {
        return about == About.SERVER && remedy != Remedy.ELSEWHERE ? remedy : Remedy.CALLERS;
    }
}
