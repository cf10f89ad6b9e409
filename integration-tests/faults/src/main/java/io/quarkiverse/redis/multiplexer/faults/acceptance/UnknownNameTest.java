package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/** No sentinel knows the name of the primary that is asked for. Callers hear so at once, and which names there are. */
final class UnknownNameTest implements AcceptanceTest {

    private static final long SOON_MILLIS = 1000;

    @Override
    public String name() {
        return "S8";
    }

    @Override
    public String idea() {
        return "a master name that no sentinel knows";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(0, ground.size(3, 1));
        ground.warmUp(servers);
        long start = System.nanoTime();
        String answer = answer(ground,
                ClientSetup.of(ServerTopology.sentinel, servers.sentinelUrls()).withPrimaryName("nobody"));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        findings.say("  %s", answer);
        findings.within("fails after, ms", millis, ground.isFull() ? SOON_MILLIS : Ground.DEADLINE.toMillis());
        findings.exactly("tells which names there are", answer.contains(RedisSentinels.NAME), true);
    }

    /** With some clients, not even those can be made. */
    private static String answer(Ground ground, ClientSetup setup) throws InterruptedException {
        try {
            return String.valueOf(new Answers(ground.client(setup)).of(Verb.GET, "key"));
        } catch (RuntimeException e) {
            return String.valueOf(Failures.cause(e));
        }
    }
}
