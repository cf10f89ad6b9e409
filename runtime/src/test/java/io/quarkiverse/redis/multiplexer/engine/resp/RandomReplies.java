package io.quarkiverse.redis.multiplexer.engine.resp;

import java.util.SplittableRandom;

/** Well-formed replies and pushes of all types, one char per byte, of which some are not to be held. */
final class RandomReplies {

    /** @param poisonous whether it has anything that is beyond the limits, or makes no sense, in a place where that matters */
    record Item(String wire, boolean push, boolean poisonous) {
    }

    private static final String[] NONSENSE = { ":x\r\n", ":99999999999999999999\r\n", "#yes\r\n", ",1.5f\r\n", ",\r\n",
            "(1.5\r\n",
            "=3\r\ntxt\r\n", "=5\r\nabcde\r\n" };
    private static final String[] SCALARS = { "+OK\r\n", "+\r\n", "-ERR no\r\n", ":-7\r\n", ",nan(ind)\r\n", ",-INF\r\n",
            ",1e3\r\n",
            "(+123456789012345678901234567890\r\n", "#t\r\n", "_\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n", "%0\r\n", "~0\r\n",
            "$0\r\n\r\n", "=7\r\ntxt:a\r\n\r\n", "!5\r\nERR x\r\n", "$7\r\n#x\r\n:x\n\r\n", "$4\r\n\r\n\r\n\r\n" };
    private static final String AGGREGATES = "*~%";

    private final SplittableRandom random;
    private final ReplyLimits limits;
    /** How many poisonous values are still to be written. */
    private int poison;

    RandomReplies(SplittableRandom random, ReplyLimits limits) {
        this.random = random;
        this.limits = limits;
    }

    Item next() {
        return random.nextInt(3) == 0 ? poisonous() : item(0);
    }

    Item poisonous() {
        return item(1 + random.nextInt(2));
    }

    private Item item(int poisonousValues) {
        poison = poisonousValues;
        boolean push = random.nextInt(4) == 0;
        String body = push ? aggregate('>', 0) : value(0);
        if (poison == poisonousValues && poisonousValues > 0) {
            // There was no place for it: it is all of the reply.
            body = push ? ">1\r\n" + poisonousValue() : poisonousValue();
        }
        return new Item(attribute() + body, push, poisonousValues > 0);
    }

    private String value(int depth) {
        if (poison > 0 && random.nextInt(6) == 0) {
            poison--;
            return attribute() + poisonousValue();
        }
        if (depth < limits.depth() && random.nextInt(depth + 2) == 0) {
            return attribute() + aggregate(AGGREGATES.charAt(random.nextInt(AGGREGATES.length())), depth);
        }
        return attribute() + SCALARS[random.nextInt(SCALARS.length)];
    }

    private String aggregate(char type, int depth) {
        int count = 1 + random.nextInt(4);
        StringBuilder wire = new StringBuilder().append(type).append(count).append("\r\n");
        for (int i = 0; i < (type == '%' ? 2 * count : count); i++) {
            wire.append(value(depth + 1));
        }
        return wire.toString();
    }

    /** Mostly none. What is in it does not matter, poisonous or not. */
    private String attribute() {
        return random.nextInt(12) > 0 ? "" : "|1\r\n" + poisonousValue() + "+value\r\n";
    }

    private String poisonousValue() {
        return switch (random.nextInt(5)) {
            case 0 -> "*1\r\n".repeat(limits.depth() + random.nextInt(20)) + "~1\r\n" + SCALARS[random.nextInt(SCALARS.length)];
            case 1 -> bulk("$=!".charAt(random.nextInt(3)), limits.bulkLength() + 1 + random.nextInt(300));
            case 2 -> {
                int count = limits.elements() + 1 + random.nextInt(20);
                yield "*" + count + "\r\n" + SCALARS[random.nextInt(SCALARS.length)].repeat(count);
            }
            case 3 -> ":" + "1".repeat(Lines.MAX_NUMBER + 1 + random.nextInt(200)) + "\r\n";
            default -> NONSENSE[random.nextInt(NONSENSE.length)];
        };
    }

    private static String bulk(char type, int length) {
        return type + "" + length + "\r\n" + "*1\r\n$3\r\n".repeat(length).substring(0, length) + "\r\n";
    }
}
