package io.quarkiverse.redis.multiplexer.nativeimage;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The server is killed and shut down, by turns, under traffic, and started again each time. */
final class Restarts implements Check {

    @Override
    public String name() {
        return "restarts";
    }

    @Override
    public String run(Ground ground) throws Exception {
        int restarts = ground.scale().restarts();
        try (ChatRoom room = new ChatRoom(ground.application(), ground.scale().patience());
                Traffic traffic = new Traffic(ground.application().http())) {
            for (int i = 0; i < restarts; i++) {
                awaitMore(traffic, ground);
                if (i % 2 == 0) {
                    ground.server().kill();
                } else {
                    shutDown(ground.server(), ground);
                }
                ground.server().run();
                room.awaitHearing();
            }
            awaitMore(traffic, ground);
            traffic.stop();
            return restarts + " restarts, " + traffic.answered() + " requests answered, " + traffic.refused()
                    + " told that Redis was away";
        } finally {
            if (!ground.server().isAlive()) {
                ground.server().run();
            }
        }
    }

    private static void awaitMore(Traffic traffic, Ground ground) throws InterruptedException {
        long before = traffic.answered();
        Waiting.until("requests to be answered", ground.scale().patience(), traffic::answered, now -> now > before + 20);
    }

    private static void shutDown(RedisServer server, Ground ground) throws InterruptedException {
        try (RespClient client = server.client()) {
            client.call("SHUTDOWN", "NOSAVE");
        } catch (IllegalStateException closed) {
            // It hangs up, which is its answer.
        }
        Waiting.until("the server to shut down", ground.scale().patience(), server::isAlive, alive -> !alive);
    }
}
