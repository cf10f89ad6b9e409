package io.quarkiverse.redis.multiplexer.model;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.FaultProxy.Direction;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * What can go wrong. Nothing that a connection carried when it ended arrives later: what half-open connections hold back is
 * dropped with them. So a command that failed was executed in its turn or never.
 */
enum Fault {

    RESET(true) {
        @Override
        void strike(World world, int millis) {
            world.proxy().reset();
        }
    },
    HANG_UP(true) {
        @Override
        void strike(World world, int millis) {
            world.proxy().hangUp();
        }
    },
    TRUNCATED_REPLY(true) {
        @Override
        void strike(World world, int millis) {
            world.proxy().truncate();
        }
    },
    HALF_OPEN(true) {
        @Override
        void strike(World world, int millis) {
            world.proxy().halfOpen();
            pause(4 * millis);
            world.proxy().resetHalfOpen();
        }
    },
    DROPPED_COMMANDS(true) {
        @Override
        void strike(World world, int millis) {
            world.proxy().halfOpen(Direction.TO_SERVER);
            pause(millis);
            world.proxy().resetHalfOpen();
        }
    },
    DROPPED_REPLIES(true) {
        @Override
        void strike(World world, int millis) {
            world.proxy().halfOpen(Direction.TO_CLIENT);
            pause(millis);
            world.proxy().resetHalfOpen();
        }
    },
    NO_CONNECTIONS(true) {
        @Override
        void strike(World world, int millis) {
            world.proxy().refuse(true);
            world.proxy().reset();
            pause(millis);
            world.proxy().refuse(false);
        }
    },
    CLIENT_KILL(true) {
        @Override
        void strike(World world, int millis) {
            ask(world, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            ask(world, "CLIENT", "KILL", "TYPE", "pubsub");
        }
    },
    LATENCY(false) {
        @Override
        void strike(World world, int millis) {
            FaultProxy proxy = world.proxy();
            proxy.latency(millis / 20, TimeUnit.MILLISECONDS);
            pause(millis);
            proxy.latency(0, TimeUnit.MILLISECONDS);
        }
    },
    ONE_BYTE_CHUNKS(false) {
        @Override
        void strike(World world, int millis) {
            world.proxy().oneByteChunks(true);
            pause(millis / 4);
            world.proxy().oneByteChunks(false);
        }
    },
    STALL(false) {
        @Override
        void strike(World world, int millis) {
            world.server().freeze();
            pause(millis);
            world.server().thaw();
        }
    },
    BUSY(false) {
        @Override
        void strike(World world, int millis) {
            ask(world, "CONFIG", "SET", "lua-time-limit", "5");
            ask(world, "EVAL", "local function now() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end"
                    + " local t = now() + ARGV[1] while now() < t do end return 1", "0", String.valueOf(millis));
        }
    },
    PAUSED_WRITES(false) {
        @Override
        void strike(World world, int millis) {
            ask(world, "CLIENT", "PAUSE", String.valueOf(4 * millis), "WRITE");
            pause(4 * millis);
        }
    },
    PAUSED(false) {
        @Override
        void strike(World world, int millis) {
            ask(world, "CLIENT", "PAUSE", String.valueOf(millis), "ALL");
            pause(millis);
        }
    },
    NO_PERMISSION(false) {
        @Override
        void strike(World world, int millis) {
            ask(world, "ACL", "SETUSER", "default", "-rpush", "-get", "-exec");
            pause(millis);
            ask(world, "ACL", "SETUSER", "default", "+@all");
        }
    },
    /** Blocked clients are disconnected. */
    READ_ONLY(true) {
        @Override
        void strike(World world, int millis) {
            // Nobody is there to be copied from, so that all data stays.
            ask(world, "REPLICAOF", "127.0.0.1", "1");
            pause(millis);
            ask(world, "REPLICAOF", "NO", "ONE");
        }
    },
    OUT_OF_MEMORY(false) {
        @Override
        void strike(World world, int millis) {
            ask(world, "CONFIG", "SET", "maxmemory", "1");
            pause(millis);
            ask(world, "CONFIG", "SET", "maxmemory", "0");
        }
    };

    /** Whether connections end; else no command may be lost. */
    final boolean endsConnections;

    Fault(boolean endsConnections) {
        this.endsConnections = endsConnections;
    }

    /** Returns when it is over. @param millis for how long, for those that have a length */
    abstract void strike(World world, int millis);

    private static void ask(World world, String... command) {
        try (RespClient administrator = world.server().client()) {
            administrator.call(command);
        }
    }

    static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
