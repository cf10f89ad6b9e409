package io.quarkiverse.redis.multiplexer.faults;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/** What can go wrong. Faults of the network act at once; those of the server take their time. */
enum Fault {

    RESET(false) {
        @Override
        void strike(Arena arena, int millis) {
            arena.proxy().reset();
        }
    },
    HALF_OPEN(false) {
        @Override
        void strike(Arena arena, int millis) {
            arena.proxy().halfOpen();
        }
    },
    TRUNCATION(false) {
        @Override
        void strike(Arena arena, int millis) {
            arena.proxy().truncate();
        }
    },
    GARBAGE(false) {
        @Override
        void strike(Arena arena, int millis) {
            arena.proxy().garbage();
        }
    },
    LATENCY(false) {
        @Override
        void strike(Arena arena, int millis) {
            arena.proxy().latency(millis / 10, TimeUnit.MILLISECONDS);
        }

        @Override
        void end(Arena arena) {
            arena.proxy().latency(0, TimeUnit.MILLISECONDS);
        }
    },
    ONE_BYTE_CHUNKS(false) {
        @Override
        void strike(Arena arena, int millis) {
            arena.proxy().oneByteChunks(true);
        }

        @Override
        void end(Arena arena) {
            arena.proxy().oneByteChunks(false);
        }
    },
    REFUSED_ACCEPTS(false) {
        @Override
        void strike(Arena arena, int millis) {
            arena.proxy().refuse(true);
            arena.proxy().reset();
        }

        @Override
        void end(Arena arena) {
            arena.proxy().refuse(false);
        }
    },
    KILL_AND_RESTART(true) {
        @Override
        void strike(Arena arena, int millis) {
            arena.server().kill();
            pause(millis / 4);
            arena.server().run();
        }
    },
    CLIENT_KILL(true) {
        @Override
        void strike(Arena arena, int millis) {
            ask(arena, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
    },
    CLIENT_PAUSE(true) {
        @Override
        void strike(Arena arena, int millis) {
            ask(arena, "CLIENT", "PAUSE", String.valueOf(millis), "ALL");
        }
    },
    SLEEP(true) {
        @Override
        void strike(Arena arena, int millis) {
            ask(arena, "DEBUG", "SLEEP", String.valueOf(millis / 1000.0));
        }
    },
    LONG_SCRIPT(true) {
        @Override
        void strike(Arena arena, int millis) {
            ask(arena, "CONFIG", "SET", "busy-reply-threshold", String.valueOf(millis / 4));
            ask(arena, Scenarios.busyScript(millis));
            ask(arena, "CONFIG", "SET", "busy-reply-threshold", "5000");
        }
    },
    LOADING(true) {
        @Override
        void strike(Arena arena, int millis) {
            try (RespClient admin = arena.admin()) {
                long keys = (Long) admin.call("DBSIZE") + 1;
                admin.call("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
                admin.call("CONFIG", "SET", "key-load-delay", String.valueOf(1000L * millis / keys));
                admin.call("DEBUG", "RELOAD");
                admin.call("CONFIG", "SET", "key-load-delay", "0");
            }
        }
    },
    OUT_OF_MEMORY(true) {
        @Override
        void strike(Arena arena, int millis) {
            ask(arena, "CONFIG", "SET", "maxmemory", "1");
            pause(millis);
            ask(arena, "CONFIG", "SET", "maxmemory", "0");
        }
    },
    /** As on a full disk: the snapshot cannot be written, because there is a folder where its file should be. */
    MISCONF(true) {
        @Override
        void strike(Arena arena, int millis) {
            try (RespClient admin = arena.admin()) {
                admin.call("CONFIG", "SET", "save", "3600 1000000");
                admin.call("CONFIG", "SET", "dbfilename", "appendonlydir");
                admin.call("BGSAVE", "SCHEDULE");
                pause(millis);
                admin.call("CONFIG", "SET", "save", "");
                admin.call("CONFIG", "SET", "dbfilename", "dump.rdb");
            }
        }
    };

    /** Whether it is one of the server, which has one fault at a time. */
    final boolean ofServer;

    Fault(boolean ofServer) {
        this.ofServer = ofServer;
    }

    /** @param millis for how long, for those that have a length */
    abstract void strike(Arena arena, int millis);

    /** Called when a fault of the network has lasted long enough. */
    void end(Arena arena) {
    }

    private static void ask(Arena arena, String... command) {
        try (RespClient admin = arena.admin()) {
            admin.call(command);
        }
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
