package io.quarkiverse.redis.multiplexer.runtime;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealSentinels;
import io.vertx.redis.client.Command;

/** What the readiness check says when the sentinels have nobody in the place of the primary. */
class SentinelOutageTest {

    @RegisterExtension
    final RealSentinels real = new RealSentinels(0, 1);

    @Test
    void aPrimaryWithoutASuccessorIsToldAtOnce() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        await(redis.send(request(Command.SET, "key", "value")));
        assertEquals("PONG", OutageChecks.answer(redis));

        real.servers().server(0).kill();
        OutageChecks.awaitToldAtOnce(redis, "127.0.0.1:" + real.servers().server(0).port());
        real.servers().server(0).run();
        OutageChecks.awaitAnswer(redis);
    }
}
