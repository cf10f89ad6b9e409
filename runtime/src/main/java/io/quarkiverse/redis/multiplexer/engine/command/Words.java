package io.quarkiverse.redis.multiplexer.engine.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Arguments that are words of the protocol: options and subcommands, in whatever case. */
final class Words {

    private Words() {
    }

    /** @return in lower case; empty if there is no such argument, or it is {@code null} */
    static String at(int index, List<byte[]> arguments) {
        byte[] argument = index < arguments.size() ? arguments.get(index) : null;
        return argument == null ? "" : new String(argument, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    static boolean is(String lowerCaseWord, List<byte[]> arguments, int index) {
        byte[] argument = index < arguments.size() ? arguments.get(index) : null;
        return argument != null && is(lowerCaseWord, argument, 0, argument.length);
    }

    static boolean is(String lowerCaseWord, byte[] bytes, int from, int to) {
        if (to - from != lowerCaseWord.length()) {
            return false;
        }
        for (int i = 0; i < lowerCaseWord.length(); i++) {
            if ((bytes[from + i] | 0x20) != lowerCaseWord.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
