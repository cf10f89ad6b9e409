package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Place;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.TransactionCollector;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** {@link PassingOn} of failures, as these are the simplest steps, to a connection by hand. */
class PassingOnTest {

    private static final List<Request> WATCH = List.of(Request.cmd(Command.WATCH, "key"));

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final FakeTopology topology = new FakeTopology(vertx);
    private final MultiplexerOptions options = new MultiplexerOptions();
    private final PendingBytes bytes = PendingBytes.atMost(1000);
    private final ClientParts parts = new ClientParts(vertx, options, bytes, topology,
            new PublishGate(options, topology.failures(), bytes));
    private final Outstanding outstanding = new Outstanding();
    private final DispatchSteps steps = new DispatchSteps(parts,
            new TransactionCollector(bytes, topology.failures(), 10, parts.transactions(), false));
    private final OwnConnection own = new OwnConnection();
    private final MessageStream messages = new MessageStream(vertx, context, options, topology.failures());
    private final PassingOn passingOn = new PassingOn(parts, context, messages::add, messages::fail, outstanding, steps, own,
            this);
    private final HandConnection lent = new HandConnection();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void stepsWaitForTheConnectionAndForTheLane() {
        steps.addFailure(new IllegalStateException("odd"));
        outstanding.begin(Place.LANE);
        passingOn.promote(WATCH).run();
        topology.loans.get(0).complete(lent);
        passingOn.run();
        assertEquals(List.of(), lent.asked);
        assertTrue(own.is(DispatchState.PROMOTING));

        outstanding.end(Place.LANE, List.of());
        passingOn.run();
        assertEquals(List.of("failed: odd"), lent.asked);
        assertTrue(own.is(DispatchState.DEDICATED));
    }

    @Test
    void itIsGivenBackBehindAllSteps() {
        passingOn.promote(WATCH).run();
        steps.addFailure(new IllegalStateException("odd"));
        own.close();
        topology.loans.get(0).complete(lent);
        passingOn.run();
        assertEquals(List.of("failed: odd", "release"), lent.asked);
    }

    @Test
    void aConnectionThatComesTooLateIsGivenBack() {
        passingOn.promote(WATCH).run();
        steps.addFailure(new IllegalStateException("odd"));
        topology.borrowers.get(0).onEnd(new IllegalStateException("stopped"));
        topology.loans.get(0).complete(lent);
        assertTrue(own.is(DispatchState.BROKEN) && steps.isEmpty());
        assertEquals(List.of("release"), lent.asked);
    }
}
