package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Locale;

import io.quarkiverse.redis.multiplexer.engine.command.KeyPositions.Others;
import io.vertx.redis.client.Response;

/**
 * Reads the <a href="https://redis.io/docs/latest/develop/reference/key-specs/">key specifications</a> of a command, which
 * servers tell since Redis 7.0: of one whose keys are not where three numbers could say. Each begins at a position or behind a
 * word, and goes to another position or has a number in front.
 */
final class KeySpecs {

    private KeySpecs() {
    }

    /**
     * @param specs as they are in the answer to COMMAND
     * @return {@link KeyPositions#UNTOLD} if there are none, if they do not tell all keys, or have another form than those of
     *         {@link KeyPositions}
     * @throws RuntimeException if that is no such answer
     */
    static KeyPositions read(Response specs) {
        KeyPositions all = KeyPositions.NONE;
        for (Response spec : specs) {
            all = and(all, readOne(spec));
        }
        return specs.size() == 0 ? KeyPositions.UNTOLD : all;
    }

    /** The server counts from the name of the command. */
    private static KeyPositions readOne(Response spec) {
        for (Response flag : spec.get("flags")) {
            if (flag.toString().equalsIgnoreCase("incomplete")) {
                return KeyPositions.UNTOLD;
            }
        }
        Response begin = spec.get("begin_search");
        Response find = spec.get("find_keys");
        String form = begin.get("type") + " " + find.get("type");
        return switch (form) {
            case "index range" -> range(begin.get("spec").get("index").toInteger() - 1, find.get("spec"));
            case "index keynum" -> counted(begin.get("spec").get("index").toInteger() - 1, find.get("spec"));
            case "keyword range" -> streams(begin.get("spec").get("keyword").toString(), find.get("spec"));
            default -> KeyPositions.UNTOLD;
        };
    }

    private static KeyPositions range(int first, Response find) {
        int last = find.get("lastkey").toInteger();
        int step = find.get("keystep").toInteger();
        return first < 0 || step <= 0 || find.get("limit").toInteger() > 1 ? KeyPositions.UNTOLD
                : KeyPositions.fixed(first, last < 0 ? last : first + last, step);
    }

    private static KeyPositions counted(int begin, Response find) {
        int countAt = begin + find.get("keynumidx").toInteger();
        int step = find.get("keystep").toInteger();
        return countAt < 0 || step <= 0 || begin + find.get("firstkey").toInteger() != countAt + 1 ? KeyPositions.UNTOLD
                : new KeyPositions(1, 0, step, Others.COUNTED, countAt);
    }

    private static KeyPositions streams(String keyword, Response find) {
        boolean half = find.get("lastkey").toInteger() == -1 && find.get("keystep").toInteger() == 1
                && find.get("limit").toInteger() == 2;
        return half && keyword.toUpperCase(Locale.ROOT).equals("STREAMS") ? KeyPositions.STREAMS : KeyPositions.UNTOLD;
    }

    /** Together they can be told if one is a single key, and the other is behind it. */
    private static KeyPositions and(KeyPositions one, KeyPositions other) {
        if (one.equals(KeyPositions.NONE)) {
            return other;
        }
        boolean single = one.others() == Others.NONE && one.first() == one.last();
        return single && other.others() == Others.COUNTED && other.countAt() > one.last() && other.step() == 1
                ? new KeyPositions(one.first(), one.last(), 1, Others.COUNTED, other.countAt())
                : KeyPositions.UNTOLD;
    }
}
