package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;

/**
 * The positions of the keys among the arguments of a command, as its page in the
 * <a href="https://redis.io/docs/latest/commands/">Redis commands</a> says. Positions count from 0, without the command's
 * name; negative ones count from the end, and -1 is the last. An argument that is missing or no number means a command that
 * the server will refuse: it has fewer keys, or none.
 *
 * @param first of the keys whose places are fixed
 * @param last of them; there are none if it is before the first
 * @param step from one key to the next
 * @param others how the keys are found whose places are not fixed
 * @param countAt where the number of those is that are {@link Others#COUNTED}
 */
record KeyPositions(int first, int last, int step, Others others, int countAt) {

    enum Others {
        NONE,
        /** Behind their number. */
        COUNTED,
        /** The first half of what is behind STREAMS. */
        STREAMS,
        /** Behind STORE, among the options of SORT. */
        SORTED,
        /** Behind STORE and STOREDIST, among the options of GEORADIUS and GEORADIUSBYMEMBER. */
        LOCATED,
        /** The third argument or, if that is empty, all behind KEYS. */
        MIGRATED,
        /** The arguments do not tell. */
        UNTOLD
    }

    /** Puts one more key to those before it. */
    interface Fold {

        /** @param from where the key begins in {@code bytes}, and {@code to}, behind its end */
        int add(int sum, byte[] bytes, int from, int to);
    }

    /** It has no key. */
    static final KeyPositions NONE = fixed(1, 0, 1);
    static final KeyPositions FIRST = fixed(0, 0, 1);
    /** After a subcommand. */
    static final KeyPositions SECOND = fixed(1, 1, 1);
    static final KeyPositions FIRST_TWO = fixed(0, 1, 1);
    static final KeyPositions ALL = fixed(0, -1, 1);
    static final KeyPositions ALL_BUT_FIRST = fixed(1, -1, 1);
    static final KeyPositions ALL_BUT_LAST = fixed(0, -2, 1);
    /** Each is followed by its value. */
    static final KeyPositions EVERY_SECOND = fixed(0, -1, 2);
    static final KeyPositions EVERY_THIRD = fixed(0, -1, 3);
    static final KeyPositions COUNTED_FIRST = new KeyPositions(1, 0, 1, Others.COUNTED, 0);
    static final KeyPositions COUNTED_SECOND = new KeyPositions(1, 0, 1, Others.COUNTED, 1);
    /** A destination, then others behind their number. */
    static final KeyPositions FIRST_AND_COUNTED = new KeyPositions(0, 0, 1, Others.COUNTED, 1);
    /** Behind their number, each followed by its value. */
    static final KeyPositions COUNTED_PAIRS = new KeyPositions(1, 0, 2, Others.COUNTED, 0);
    static final KeyPositions STREAMS = new KeyPositions(1, 0, 1, Others.STREAMS, 0);
    static final KeyPositions FIRST_AND_SORTED = new KeyPositions(0, 0, 1, Others.SORTED, 0);
    static final KeyPositions FIRST_AND_LOCATED = new KeyPositions(0, 0, 1, Others.LOCATED, 0);
    static final KeyPositions MIGRATE = new KeyPositions(1, 0, 1, Others.MIGRATED, 0);
    static final KeyPositions UNTOLD = new KeyPositions(1, 0, 1, Others.UNTOLD, 0);

    /** Where servers begin to look for the options of GEORADIUS, and of MIGRATE: what comes before may be any word. */
    private static final int FIRST_GEO_OPTION = 4;
    private static final int FIRST_MIGRATE_OPTION = 5;

    private static final int NO_NUMBER = -1;
    private static final int MAX_DIGITS = 10;
    private static final long EMPTY = 0;

    static KeyPositions fixed(int first, int last, int step) {
        return new KeyPositions(first, last, step, Others.NONE, 0);
    }

    boolean areTold() {
        return others != Others.UNTOLD;
    }

    /**
     * Goes through the keys of a request in their order. Copies and allocates nothing.
     *
     * @param bytes requests, as they were encoded
     * @param request where this one begins
     */
    int fold(byte[] bytes, int request, int initial, Fold fold) {
        int count = EncodedRequests.numberAt(bytes, request) - 1;
        int header = EncodedRequests.behindString(bytes, EncodedRequests.behindHeader(bytes, request));
        int sum = initial;
        long keys = fixedOf(count);
        for (int i = 0; i < count && mayFollow(keys, i); i++) {
            int from = EncodedRequests.behindHeader(bytes, header);
            int to = from + EncodedRequests.numberAt(bytes, header);
            header = to + 2;
            keys = seen(keys, i, count, bytes, from, to);
            if (isKey(keys, i)) {
                sum = fold.add(sum, bytes, from, to);
            }
        }
        return sum;
    }

    /** The same of one that has not been encoded. @param arguments without the command's name */
    int fold(List<byte[]> arguments, int initial, Fold fold) {
        int count = arguments.size();
        int sum = initial;
        long keys = fixedOf(count);
        for (int i = 0; i < count && mayFollow(keys, i); i++) {
            byte[] argument = RespEncoder.sent(arguments.get(i));
            keys = seen(keys, i, count, argument, 0, argument.length);
            if (isKey(keys, i)) {
                sum = fold.add(sum, argument, 0, argument.length);
            }
        }
        return sum;
    }

    /** The span of those keys whose places are fixed, of so many arguments. */
    private long fixedOf(int count) {
        return span(first, Math.min(count, last < 0 ? count + last + 1 : last + 1));
    }

    private boolean mayFollow(long keys, int index) {
        return others != Others.NONE || index < end(keys);
    }

    private boolean isKey(long keys, int index) {
        return index >= start(keys) && index < end(keys) && (index - start(keys)) % step == 0;
    }

    /** @return the span of positions in which the next keys are, now that this argument is known, too */
    private long seen(long keys, int index, int count, byte[] bytes, int from, int to) {
        if (index < behind(keys)) {
            // It is a key, or belongs to an option before it: whatever word it is, it is none of the command's.
            return keys;
        }
        return switch (others) {
            case NONE, UNTOLD -> keys;
            case COUNTED -> index == countAt ? counted(index, count, number(bytes, from, to)) : keys;
            case STREAMS -> streams(keys, index, count, bytes, from, to);
            case SORTED -> sorted(keys, index, bytes, from, to);
            case LOCATED -> index >= FIRST_GEO_OPTION
                    && (Words.is("store", bytes, from, to) || Words.is("storedist", bytes, from, to))
                            ? span(index + 1, index + 2)
                            : keys;
            case MIGRATED -> migrated(keys, index, count, bytes, from, to);
        };
    }

    private long counted(int index, int count, int number) {
        return number <= 0 ? EMPTY : span(index + 1, (int) Math.min(count, index + 1 + (long) number * step));
    }

    /** GROUP has two names behind it. */
    private static long streams(long keys, int index, int count, byte[] bytes, int from, int to) {
        if (end(keys) > 0) {
            return keys;
        }
        if (Words.is("group", bytes, from, to)) {
            return skip(index + 3);
        }
        return Words.is("streams", bytes, from, to) ? span(index + 1, index + 1 + (count - index - 1) / 2) : keys;
    }

    /** BY and GET have a pattern behind them. */
    private static long sorted(long keys, int index, byte[] bytes, int from, int to) {
        if (Words.is("by", bytes, from, to) || Words.is("get", bytes, from, to)) {
            return skip(index + 2);
        }
        return Words.is("store", bytes, from, to) ? span(index + 1, index + 2) : keys;
    }

    /** AUTH has a password behind it, and AUTH2 a name and a password. */
    private static long migrated(long keys, int index, int count, byte[] bytes, int from, int to) {
        if (index == 2 && to > from) {
            return span(2, 3);
        }
        if (index < FIRST_MIGRATE_OPTION || end(keys) > 0) {
            return keys;
        }
        if (Words.is("auth", bytes, from, to)) {
            return skip(index + 2);
        }
        if (Words.is("auth2", bytes, from, to)) {
            return skip(index + 3);
        }
        return Words.is("keys", bytes, from, to) ? span(index + 1, count) : keys;
    }

    /** Two positions in one number, so that nothing is allocated: the first, and the one behind the last. */
    private static long span(int start, int end) {
        return end <= start ? EMPTY : (long) start << Integer.SIZE | end;
    }

    /** No keys, and nothing to be looked at before this position. */
    private static long skip(int next) {
        return (long) next << Integer.SIZE;
    }

    /** The first position that is neither in the span, nor skipped. */
    private static int behind(long span) {
        return Math.max(start(span), end(span));
    }

    private static int start(long span) {
        return (int) (span >>> Integer.SIZE);
    }

    private static int end(long span) {
        return (int) span;
    }

    /** @return {@link #NO_NUMBER} for what the server will refuse as well, and for negative ones */
    private static int number(byte[] bytes, int from, int to) {
        int start = to > from && bytes[from] == '+' ? from + 1 : from;
        if (start == to || to - start > MAX_DIGITS) {
            return NO_NUMBER;
        }
        long number = 0;
        for (int i = start; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return NO_NUMBER;
            }
            number = 10 * number + bytes[i] - '0';
        }
        return number <= Integer.MAX_VALUE ? (int) number : NO_NUMBER;
    }
}
