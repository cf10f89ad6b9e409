package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;
import java.util.OptionalInt;

import io.vertx.redis.client.impl.types.ErrorType;

/**
 * An address to which the server sends a command: {@code MOVED slot host:port}, {@code ASK slot host:port} or
 * {@code REDIRECT host:port}. The last colon is the one before the port: the host may be an IPv6 address.
 *
 * @param error MOVED, ASK or REDIRECT
 * @param slot which the error is about; REDIRECT is about all
 * @param host empty if it is not {@link HostKind#NAMED}
 */
public record Redirect(ServerError error, OptionalInt slot, HostKind hostKind, String host, int port) {

    public enum HostKind {
        /** The host that is given. */
        NAMED,
        /** The host of the server that has answered. */
        SAME,
        /** The server does not know it either. */
        UNKNOWN
    }

    private static final int MAX_PORT = 65535;

    /** @return empty if the error is none of these, or is not understood; then the topology has to be looked up anew */
    static Optional<Redirect> of(ErrorType answer) {
        ServerError error = ServerError.named(answer);
        if (error.remedy() != Remedy.ELSEWHERE) {
            return Optional.empty();
        }
        String[] words = answer.getMessage().trim().split(" +");
        if (error == ServerError.REDIRECT) {
            return words.length < 2 ? Optional.empty() : to(error, OptionalInt.empty(), words[1]);
        }
        if (words.length < 3) {
            return Optional.empty();
        }
        OptionalInt slot = number(words[1], Slot.COUNT - 1);
        return slot.isPresent() ? to(error, slot, words[2]) : Optional.empty();
    }

    private static Optional<Redirect> to(ServerError error, OptionalInt slot, String address) {
        int colon = address.lastIndexOf(':');
        OptionalInt port = colon < 0 ? OptionalInt.empty() : number(address.substring(colon + 1), MAX_PORT);
        if (port.isEmpty() || port.getAsInt() == 0) {
            return Optional.empty();
        }
        String host = withoutBrackets(address.substring(0, colon));
        HostKind kind = switch (host) {
            case "" -> HostKind.SAME;
            case "?" -> HostKind.UNKNOWN;
            default -> HostKind.NAMED;
        };
        return Optional.of(new Redirect(error, slot, kind, kind == HostKind.NAMED ? host : "", port.getAsInt()));
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static OptionalInt number(String digits, int max) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(digits);
        return number <= max ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
