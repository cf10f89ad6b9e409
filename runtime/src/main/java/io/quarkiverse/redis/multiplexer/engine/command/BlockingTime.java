package io.quarkiverse.redis.multiplexer.engine.command;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * The time that requests ask the server to wait for: none, a limited one, or for ever.
 *
 * @param millis of a {@link Length#LIMITED} time, more than 0; 0 otherwise
 */
public record BlockingTime(Length length, long millis) {

    public enum Length {
        /** They do not block. */
        NONE,
        LIMITED,
        FOR_EVER
    }

    static final BlockingTime NONE = new BlockingTime(Length.NONE, 0);
    static final BlockingTime FOR_EVER = new BlockingTime(Length.FOR_EVER, 0);

    private static final int ABSENT = -1;

    static BlockingTime ofMillis(long millis) {
        return new BlockingTime(Length.LIMITED, millis);
    }

    /** The time for which requests may block that are run one after the other: the sum of theirs. */
    public static BlockingTime of(List<Request> requests) {
        BlockingTime sum = NONE;
        for (Request request : requests) {
            sum = sum.plus(of(request));
        }
        return sum;
    }

    /** An argument that is negative or no number counts as one millisecond: the server will refuse it. */
    static BlockingTime of(Request request) {
        CommandSpec spec = CommandSpec.of(request);
        List<byte[]> arguments = RequestAccess.arguments(request);
        return blocks(spec, arguments) ? told(spec, arguments) : NONE;
    }

    /** Whether a request with these arguments keeps its connection waiting. */
    static boolean blocks(CommandSpec spec, List<byte[]> arguments) {
        return switch (spec.kind()) {
            case BLOCKING, WAIT -> true;
            case STREAM_READ, STREAM_READ_GROUP -> blockOption(arguments) != ABSENT;
            default -> false;
        };
    }

    private static BlockingTime told(CommandSpec spec, List<byte[]> arguments) {
        int index = index(spec, arguments);
        if (index < 0 || index >= arguments.size() || arguments.get(index) == null) {
            return ofMillis(1);
        }
        try {
            double value = Double.parseDouble(new String(arguments.get(index), StandardCharsets.US_ASCII));
            if (value == 0) {
                return FOR_EVER;
            }
            return ofMillis(value > 0 ? (long) Math.ceil(value * unitMillis(spec)) : 1);
        } catch (NumberFormatException e) {
            return ofMillis(1);
        }
    }

    /** The position of the argument that says how long a request blocks. */
    private static int index(CommandSpec spec, List<byte[]> arguments) {
        return switch (spec.special()) {
            case XREAD, XREADGROUP -> blockOption(arguments) + 1;
            case BLMPOP, BZMPOP -> 0;
            default -> arguments.size() - 1;
        };
    }

    private static int unitMillis(CommandSpec spec) {
        return switch (spec.special()) {
            case WAIT, WAITAOF, XREAD, XREADGROUP -> 1;
            default -> 1000;
        };
    }

    /** The position of BLOCK among the options of XREAD or XREADGROUP. Behind STREAMS, it would be the name of a key. */
    private static int blockOption(List<byte[]> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            if (Words.is("streams", arguments, i)) {
                return ABSENT;
            }
            if (Words.is("block", arguments, i)) {
                return i;
            }
            if (Words.is("group", arguments, i)) {
                // GROUP has two names after it, which may be anything.
                i += 2;
            }
        }
        return ABSENT;
    }

    private BlockingTime plus(BlockingTime other) {
        if (length == Length.FOR_EVER || other.length == Length.NONE) {
            return this;
        }
        if (length == Length.NONE || other.length == Length.FOR_EVER) {
            return other;
        }
        return ofMillis(millis < Long.MAX_VALUE - other.millis ? millis + other.millis : Long.MAX_VALUE);
    }

    /**
     * The rest of it after a while; if that is nothing, a millisecond: then the server answers as it does when time is over.
     */
    public BlockingTime minus(long passedMillis) {
        return length == Length.LIMITED ? ofMillis(Math.max(1, millis - passedMillis)) : this;
    }

    /** The same blocking request, but to wait for this long. */
    public Request in(Request request) {
        if (length != Length.LIMITED) {
            return request;
        }
        CommandSpec spec = CommandSpec.of(request);
        List<byte[]> arguments = RequestAccess.arguments(request);
        int index = index(spec, arguments);
        Request changed = Request.cmd(request.command());
        for (int i = 0; i < arguments.size(); i++) {
            if (i == index) {
                changed.arg(unitMillis(spec) == 1 ? String.valueOf(millis) : BigDecimal.valueOf(millis, 3).toPlainString());
            } else {
                changed.arg(arguments.get(i));
            }
        }
        return changed;
    }
}
