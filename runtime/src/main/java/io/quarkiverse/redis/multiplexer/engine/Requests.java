package io.quarkiverse.redis.multiplexer.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/** What a request's command and arguments tell about where it runs, whether it may be repeated and how long it takes. */
final class Requests {

    /** Of CLIENT: those that are about other connections than the one they are sent on. */
    private static final Set<String> SHAREABLE_CLIENT_SUBCOMMANDS = Set.of("list", "kill", "pause", "unpause", "unblock",
            "help");

    private Requests() {
    }

    static Route route(Request request) {
        return switch (CommandTable.kindOf(request.command())) {
            case READ, WRITE -> Route.SHARED;
            case BLOCKING -> Route.BLOCKING;
            case STREAM_READ, STREAM_READ_GROUP -> blockOption(request) < 0 ? Route.SHARED : Route.BLOCKING;
            case CLIENT -> SHAREABLE_CLIENT_SUBCOMMANDS.contains(subcommand(request)) ? Route.SHARED : ofItsOwn(request);
            case SCRIPT -> "debug".equals(subcommand(request)) ? Route.CONNECTION_STATE : Route.SHARED;
            case CONNECTION_STATE -> ofItsOwn(request);
            case TRANSACTION -> Route.TRANSACTION;
            case SUBSCRIPTION -> Route.SUBSCRIPTION;
        };
    }

    private static Route ofItsOwn(Request request) {
        return Answering.isRefused(request, true) ? Route.REFUSED : Route.CONNECTION_STATE;
    }

    /**
     * Where a batch may run, as one. A transaction inside of it may run on a shared connection if it is complete: nobody
     * else gets in between.
     */
    static Route route(List<Request> batch) {
        boolean blocking = false;
        ConnectionTaint taint = new ConnectionTaint();
        for (Request request : batch) {
            Route route = route(request);
            if (route == Route.SUBSCRIPTION || route == Route.REFUSED) {
                return route;
            }
            if (route == Route.CONNECTION_STATE && Answering.isRefused(request, request == batch.get(0))) {
                return Route.REFUSED;
            }
            blocking |= route == Route.BLOCKING;
            taint.add(request);
        }
        if (!taint.isClean()) {
            return Route.CONNECTION_STATE;
        }
        return blocking ? Route.BLOCKING : Route.SHARED;
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
        String name = request.command().toString().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "wait", "waitaof" -> millis(arguments, arguments.size() - 1, 1);
            case "xread", "xreadgroup" -> millis(arguments, blockOption(request) + 1, 1);
            case "blmpop", "bzmpop" -> millis(arguments, 0, 1000);
            default -> millis(arguments, arguments.size() - 1, 1000);
        };
    }

    private static long millis(List<byte[]> arguments, int index, int unitMillis) {
        if (index < 0 || index >= arguments.size() || arguments.get(index) == null) {
            return 1;
        }
        try {
            double value = Double.parseDouble(new String(arguments.get(index), StandardCharsets.US_ASCII));
            if (value == 0) {
                return 0;
            }
            return value > 0 ? (long) Math.ceil(value * unitMillis) : 1;
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /** Where BLOCK is among the options of XREAD or XREADGROUP, or -1. Behind STREAMS, it would be the name of a key. */
    private static int blockOption(Request request) {
        List<byte[]> arguments = RequestAccess.arguments(request);
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

    private static String subcommand(Request request) {
        List<byte[]> arguments = RequestAccess.arguments(request);
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
