package io.quarkiverse.redis.multiplexer.engine.command;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/** What a request's command and arguments tell about where it runs, whether it may be repeated and how long it takes. */
public final class Requests {

    /** Of CLIENT: those that are about other connections than the one they are sent on. */
    private static final Set<String> SHAREABLE_CLIENT_SUBCOMMANDS = Set.of("list", "kill", "pause", "unpause", "unblock",
            "help");

    /** The time of what may block for ever. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    /** What old servers take as one command; newer ones take more. */
    private static final int MAX_ARGUMENTS = 1024 * 1024;
    /** Half of what the server keeps of unread commands by default (client-query-buffer-limit). */
    private static final long MAX_BYTES = 512L * 1024 * 1024;

    private Requests() {
    }

    public static Route route(Request request) {
        return switch (CommandTable.kindOf(request.command())) {
            case READ, WRITE -> Route.SHARED;
            case BLOCKING -> Route.BLOCKING;
            case STREAM_READ, STREAM_READ_GROUP ->
                blockOption(RequestAccess.arguments(request)) < 0 ? Route.SHARED : Route.BLOCKING;
            case CLIENT -> concernsOthers(RequestAccess.arguments(request)) ? Route.SHARED : ofItsOwn(request);
            case SCRIPT -> "debug".equals(subcommand(RequestAccess.arguments(request))) ? Route.CONNECTION_STATE : Route.SHARED;
            case CONNECTION_STATE -> ofItsOwn(request);
            case TRANSACTION -> Route.TRANSACTION;
            case SUBSCRIPTION -> Route.SUBSCRIPTION;
        };
    }

    /** Whether CLIENT with these arguments is about other connections than the one that it is sent on. */
    static boolean concernsOthers(List<byte[]> arguments) {
        return SHAREABLE_CLIENT_SUBCOMMANDS.contains(subcommand(arguments));
    }

    private static Route ofItsOwn(Request request) {
        return Answering.isRefused(request, true) ? Route.REFUSED : Route.CONNECTION_STATE;
    }

    /**
     * Where a batch may run, as one. A transaction inside of it may run on a shared connection if it is complete: nobody
     * else gets in between.
     */
    public static Route route(List<Request> batch) {
        Route result = Route.SHARED;
        ConnectionTaint taint = new ConnectionTaint();
        for (Request request : batch) {
            Route route = route(request);
            if (route == Route.SUBSCRIPTION || route == Route.REFUSED) {
                return route;
            }
            if (route == Route.CONNECTION_STATE && Answering.isRefused(request, request == batch.get(0))) {
                return Route.REFUSED;
            }
            if (route == Route.CONNECTION_STATE || route == Route.BLOCKING && result == Route.SHARED) {
                result = route;
            }
            taint.assumed(StateEffect.of(request));
        }
        return taint.isClean() ? result : Route.CONNECTION_STATE;
    }

    /**
     * Whether the server may well refuse one of the requests by closing the connection, which others should not suffer from.
     */
    public static boolean isOversized(List<Request> requests) {
        return requests.stream().anyMatch(Requests::isOversized);
    }

    public static boolean isOversized(Request request) {
        return RequestAccess.arguments(request).size() >= MAX_ARGUMENTS || RespEncoder.encodedSize(request) > MAX_BYTES;
    }

    /** Whether it waits for what was written before it to reach replicas or the disk. */
    static boolean isWait(Command command) {
        String name = command.toString();
        return name.equalsIgnoreCase("wait") || name.equalsIgnoreCase("waitaof");
    }

    /** How long the commands may block, all together, in milliseconds; 0 if none of them blocks. */
    public static long blockMillis(List<Request> requests) {
        long sum = 0;
        for (Request request : requests) {
            if (route(request) == Route.BLOCKING) {
                long blocked = blockMillis(request);
                if (blocked == 0) {
                    return FOR_EVER;
                }
                sum = blocked < FOR_EVER - 1 - sum ? sum + blocked : FOR_EVER - 1;
            }
        }
        return sum;
    }

    /** Whether running the request twice leaves the server as running it once, or never. */
    static boolean isReadOnly(Request request) {
        return isReadOnly(request.command());
    }

    /** Whether running such a command twice leaves the server as running it once, or never. */
    static boolean isReadOnly(Command command) {
        return switch (CommandTable.kindOf(command)) {
            case READ, STREAM_READ -> true;
            default -> false;
        };
    }

    /** Whether the command is what ends a script that runs for too long: the server executes it in spite of that. */
    static boolean endsScript(Command command, List<byte[]> arguments) {
        return switch (command.toString().toLowerCase(Locale.ROOT)) {
            case "script", "function" -> !arguments.isEmpty() && is("kill", arguments.get(0));
            default -> false;
        };
    }

    /**
     * How long a {@linkplain Route#BLOCKING blocking} request asks the server to wait, in milliseconds. 0 is for ever, as
     * it is for Redis. An argument that is negative or no number counts as 1: the server will refuse it.
     */
    static long blockMillis(Request request) {
        List<byte[]> arguments = RequestAccess.arguments(request);
        int index = blockIndex(request);
        if (index < 0 || index >= arguments.size() || arguments.get(index) == null) {
            return 1;
        }
        try {
            double value = Double.parseDouble(new String(arguments.get(index), StandardCharsets.US_ASCII));
            if (value == 0) {
                return 0;
            }
            return value > 0 ? (long) Math.ceil(value * blockUnitMillis(request)) : 1;
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /** The same blocking request, but to wait for that long only. @param millis more than 0 */
    public static Request withBlockMillis(Request request, long millis) {
        List<byte[]> arguments = RequestAccess.arguments(request);
        int index = blockIndex(request);
        Request changed = Request.cmd(request.command());
        for (int i = 0; i < arguments.size(); i++) {
            if (i == index) {
                changed.arg(blockUnitMillis(request) == 1 ? String.valueOf(millis)
                        : BigDecimal.valueOf(millis, 3).toPlainString());
            } else {
                changed.arg(arguments.get(i));
            }
        }
        return changed;
    }

    /** Where a blocking request says how long. */
    private static int blockIndex(Request request) {
        List<byte[]> arguments = RequestAccess.arguments(request);
        return switch (request.command().toString().toLowerCase(Locale.ROOT)) {
            case "xread", "xreadgroup" -> blockOption(arguments) + 1;
            case "blmpop", "bzmpop" -> 0;
            default -> arguments.size() - 1;
        };
    }

    private static int blockUnitMillis(Request request) {
        return switch (request.command().toString().toLowerCase(Locale.ROOT)) {
            case "wait", "waitaof", "xread", "xreadgroup" -> 1;
            default -> 1000;
        };
    }

    /** Where BLOCK is among the options of XREAD or XREADGROUP, or -1. Behind STREAMS, it would be the name of a key. */
    private static int blockOption(List<byte[]> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            if (is("streams", arguments.get(i))) {
                return -1;
            }
            if (is("block", arguments.get(i))) {
                return i;
            }
            if (is("group", arguments.get(i))) {
                // GROUP has two names after it, which may be anything.
                i += 2;
            }
        }
        return -1;
    }

    static String subcommand(List<byte[]> arguments) {
        byte[] first = arguments.isEmpty() ? null : arguments.get(0);
        return first == null ? "" : new String(first, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    }

    private static boolean is(String lowerCaseWord, byte[] argument) {
        if (argument == null || argument.length != lowerCaseWord.length()) {
            return false;
        }
        for (int i = 0; i < argument.length; i++) {
            if ((argument[i] | 0x20) != lowerCaseWord.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
