package io.quarkiverse.redis.multiplexer.engine.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where the keys are among the arguments of a command, as its page in the
 * <a href="https://redis.io/docs/latest/commands/">Redis commands</a> says. Positions count from 0, without the command's
 * name. An argument that is missing or no number means a command that the server will refuse: it has fewer keys, or none.
 * <p>
 * Channels of PUBLISH count as keys: messages to one channel have an order, too.
 */
enum KeyPositions {

    /** It touches no key. */
    NONE {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
        }
    },
    FIRST {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 0, 1, 1, key);
        }
    },
    /** After a subcommand. */
    SECOND {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 1, 2, 1, key);
        }
    },
    FIRST_TWO {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 0, 2, 1, key);
        }
    },
    ALL {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 0, arguments.size(), 1, key);
        }
    },
    ALL_BUT_FIRST {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 1, arguments.size(), 1, key);
        }
    },
    ALL_BUT_LAST {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 0, arguments.size() - 1, 1, key);
        }
    },
    /** Each is followed by its value. */
    EVERY_SECOND {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 0, arguments.size(), 2, key);
        }
    },
    EVERY_THIRD {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 0, arguments.size(), 3, key);
        }
    },
    /** Behind their number, which is first. */
    COUNTED_FIRST {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            counted(arguments, 0, 1, key);
        }
    },
    /** Behind their number, which is second. */
    COUNTED_SECOND {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            counted(arguments, 1, 1, key);
        }
    },
    /** A destination, then others behind their number. */
    FIRST_AND_COUNTED {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 0, 1, 1, key);
            counted(arguments, 1, 1, key);
        }
    },
    /** Behind their number, each followed by its value. */
    COUNTED_PAIRS {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            counted(arguments, 0, 2, key);
        }
    },
    /** The first half of what is behind STREAMS. */
    STREAMS {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            int start = 1 + indexOf("streams", arguments, 0);
            if (start > 0) {
                range(arguments, start, start + (arguments.size() - start) / 2, 1, key);
            }
        }
    },
    /** The first one, and what is behind STORE or STOREDIST. */
    FIRST_AND_STORED {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            range(arguments, 0, 1, 1, key);
            for (String option : new String[] { "store", "storedist" }) {
                int destination = 1 + indexOf(option, arguments, 1);
                if (destination > 0) {
                    range(arguments, destination, destination + 1, 1, key);
                }
            }
        }
    },
    /** The third one or, if that is empty, those behind KEYS. */
    MIGRATE {
        @Override
        void forEach(List<byte[]> arguments, Consumer<byte[]> key) {
            if (arguments.size() > 2 && arguments.get(2).length > 0) {
                range(arguments, 2, 3, 1, key);
            } else {
                int start = 1 + indexOf("keys", arguments, 3);
                range(arguments, start > 0 ? start : arguments.size(), arguments.size(), 1, key);
            }
        }
    };

    abstract void forEach(List<byte[]> arguments, Consumer<byte[]> key);

    private static void range(List<byte[]> arguments, int from, int to, int step, Consumer<byte[]> key) {
        for (int i = from; i < Math.min(to, arguments.size()); i += step) {
            key.accept(arguments.get(i));
        }
    }

    private static void counted(List<byte[]> arguments, int position, int step, Consumer<byte[]> key) {
        if (position < arguments.size()) {
            try {
                int count = Integer.parseInt(new String(arguments.get(position), StandardCharsets.US_ASCII));
                range(arguments, position + 1, (int) Math.min(arguments.size(), position + 1L + (long) count * step), step,
                        key);
            } catch (NumberFormatException e) {
                // The server will say the same.
            }
        }
    }

    private static int indexOf(String lowerCaseWord, List<byte[]> arguments, int from) {
        for (int i = from; i < arguments.size(); i++) {
            if (lowerCaseWord.equalsIgnoreCase(new String(arguments.get(i), StandardCharsets.ISO_8859_1))) {
                return i;
            }
        }
        return -1;
    }
}
