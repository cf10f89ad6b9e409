package io.quarkiverse.redis.multiplexer.callback;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;

import java.time.Duration;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.redis.client.Command;

/** What ends calls. */
enum Ending {

    REPLY,
    ERROR_REPLY,
    TIMEOUT_IN_BACKLOG {
        @Override
        MultiplexerOptions options() {
            return impatient();
        }

        @Override
        void begin(Scene scene) {
            scene.proxy().refuse(true);
            scene.proxy().reset();
            awaitUntil(() -> scene.redis().status().lanes().stream().noneMatch(lane -> lane.state() == ConnectionState.READY));
        }

        @Override
        void heal(Scene scene) {
            scene.proxy().refuse(false);
        }
    },
    TIMEOUT_IN_FLIGHT {
        @Override
        MultiplexerOptions options() {
            return impatient();
        }

        @Override
        void begin(Scene scene) {
            scene.server().freeze();
        }

        @Override
        void heal(Scene scene) {
            scene.server().thaw();
        }
    },
    LOSS {
        @Override
        void begin(Scene scene) {
            scene.server().freeze();
        }

        @Override
        void end(Scene scene) {
            scene.proxy().reset();
            scene.server().thaw();
        }
    },
    /** There is no room in the backlog, and no dedicated connection to be had or to be waited for. */
    REFUSAL {
        @Override
        MultiplexerOptions options() {
            return new MultiplexerOptions().setMaxPending(ROOM).setMaxDedicatedConnections(1);
        }

        @Override
        void begin(Scene scene) throws Exception {
            scene.server().freeze();
            scene.onLoopAndHere(() -> {
                for (int i = 0; i <= 2 * ROOM; i++) {
                    scene.redis().send(request(Command.PING));
                    scene.redis().send(request(Command.BLPOP, "nothing", "0.01"));
                }
            });
        }

        @Override
        void end(Scene scene) {
            scene.server().thaw();
        }
    },
    STOP {
        @Override
        MultiplexerOptions options() {
            return new MultiplexerOptions().setShutdownTimeout(Duration.ofMillis(100));
        }

        @Override
        void begin(Scene scene) {
            scene.server().freeze();
        }

        @Override
        void end(Scene scene) {
            scene.redis().close();
        }

        @Override
        void heal(Scene scene) {
            scene.server().thaw();
        }
    };

    private static final int ROOM = 4;

    /** What the client needs to be set to. */
    MultiplexerOptions options() {
        return new MultiplexerOptions();
    }

    /** Called before the calls are made. */
    void begin(Scene scene) throws Exception {
    }

    /** Called when they have been made. */
    void end(Scene scene) {
    }

    /** Called when they have ended. */
    void heal(Scene scene) {
    }

    private static MultiplexerOptions impatient() {
        return new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(200)).setConnectTimeout(Duration.ofMillis(200));
    }
}
