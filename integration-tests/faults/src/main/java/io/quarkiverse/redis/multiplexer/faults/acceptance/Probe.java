package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/** Finds out where a client's writes arrive. */
final class Probe {

    private static final String KEY = "probe";

    private Probe() {
    }

    /** @return after how many milliseconds a write came to this server; -1 if none did within the deadline of commands */
    static long reaches(RedisSentinels servers, int server, Contestant client) throws InterruptedException {
        Answers answers = new Answers(client);
        long start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < Ground.DEADLINE.toNanos(); i++) {
            String value = start + "-" + i;
            answers.of(Verb.SET, KEY, value);
            if (value.equals(servers.call(server, "GET", KEY))) {
                return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return -1;
    }
}
