package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Promise;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** {@link ClusterLoops}. */
class ClusterLoopsTest extends ClusterLoopByHand {

    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), options);

    private ClusterLoops loops() {
        return new ClusterLoops(new LoopHomes(0), (index, home) -> cluster, failures);
    }

    private Promise<Response> submit(ClusterLoops loops) throws Exception {
        Promise<Response> promise = Promise.promise();
        onLoop(() -> {
            loops.submit(loop, new SingleCommand(Commands.request("GET k"), promise, CommandReport.NONE));
            return null;
        });
        settle();
        return promise;
    }

    @Test
    void oneIsMadeWhenItIsNeededAndNoneAfterTheEnd() throws Exception {
        start();
        ClusterLoops loops = loops();
        submit(loops);
        Promise<Response> second = submit(loops);
        HandSocket a = connect(A, 1);
        assertEquals(List.of("GET k", "GET k"), taken(a));
        say(a, "+OK;+OK;");
        assertEquals("OK", second.future().result().toString());
        RealRedis.await(loops.follow());
        RealRedis.await(loops.close());
        assertTrue(submit(loops).future().cause().getMessage().contains("is stopped"));
    }

    @Test
    void withoutAnyTheEndAsksNobody() throws Exception {
        ClusterLoops loops = loops();
        assertTrue(loops.follow().succeeded());
        assertTrue(loops.close().succeeded());
        assertTrue(submit(loops).future().cause().getMessage().contains("is stopped"));
    }
}
