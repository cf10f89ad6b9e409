package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;

/** What has been sent to a node whose slots are another one's by now. */
class ClusterLoopFarewellTest extends ClusterLoopByHand {

    private List<Sent> sentBeforeTheMove(HandSocket[] a) throws Exception {
        start();
        List<Sent> sent = send("SET k 1");
        a[0] = connect(A, 1);
        owner = B;
        await(cluster.follow());
        return sent;
    }

    @Test
    void aNodeMayBeSlowToAnswerIt() throws Exception {
        HandSocket[] a = new HandSocket[1];
        List<Sent> sent = sentBeforeTheMove(a);
        Sent later = send("SET k 2").get(0);
        // Longer than one that is silent is waited for.
        TimeUnit.MILLISECONDS.sleep(1_500);
        say(a[0], "+OK;");
        assertEquals("OK", sent.get(0).reply());
        HandSocket b = connect(B, 1);
        awaitUntil(() -> taken(b).contains("SET k 2"));
        say(b, "+OK;");
        assertEquals("OK", later.reply());
    }

    @Test
    void aNodeThatIsSilentIsNotWaitedForLong() throws Exception {
        options.setLivenessTimeout(Duration.ofMillis(100));
        HandSocket[] a = new HandSocket[1];
        List<Sent> sent = sentBeforeTheMove(a);
        long begin = System.nanoTime();
        sent.get(0).reply();
        CommandFailure failure = assertInstanceOf(CommandFailure.class, sent.get(0).answer().cause());
        assertTrue(failure.sent());
        assertTrue(sent.get(0).reply().contains("The node is not used any more"), sent.get(0)::reply);
        assertTrue(System.nanoTime() - begin >= TimeUnit.MILLISECONDS.toNanos(900));
    }
}
