package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** {@link LivenessWatch}, on a connection that is silent at once, and with replacements that are made by hand. */
class LivenessWatchTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final HandConnector connector = new HandConnector(context, failures);
    private final HandSocket silent = new HandSocket(context, failures, new RecordingOwner());
    private final List<String> told = new ArrayList<>();
    private final LivenessWatch watch = new LivenessWatch(connector, context, 1, new RecordingUser() {
        @Override
        public void onWritable() {
            told.add("writable");
        }
    }, (successor, evidence) -> told.add("replaced: " + evidence));

    @BeforeEach
    void somethingIsExpected() throws Exception {
        SingleCommand command = new SingleCommand(Commands.request("GET a"), Promise.promise(), CommandReport.NONE);
        command.mayTakeForEver();
        onLoop(() -> {
            silent.connection.write(command);
            silent.connection.flush();
            watch.check(silent.connection);
        });
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void aSilentConnectionIsSuspectedUntilSomethingIsRead() throws Exception {
        assertFalse(silent.connection.isWritable());
        HandSocket replacement = open();
        assertEquals(List.of("PING"), replacement.takeSent(), "It has no number to ask about");
        onLoop(watch::onRead);
        onLoop(replacement::runPendingTasks);
        assertTrue(silent.connection.isWritable());
        assertEquals(List.of("writable"), told);
        assertFalse(replacement.isOpen());
    }

    @Test
    void theServerIsAskedAboutTheNumberOfTheConnection() throws Exception {
        silent.connection.greeted(true, Optional.of("7"));
        HandSocket replacement = open();
        assertEquals(List.of("CLIENT LIST ID 7"), replacement.takeSent());
        onLoop(() -> replacement.say("-ERR not for you;"));
        onLoop(() -> watch.check(silent.connection));
        assertEquals(List.of(), told, "A refusal proves nothing");
        assertTrue(replacement.isOpen());
    }

    @Test
    void aReplacementThatIsLostIsNoProof() throws Exception {
        HandSocket replacement = open();
        onLoop(replacement::close);
        assertEquals(List.of(), told);
        assertFalse(silent.connection.isWritable());
        onLoop(() -> watch.check(silent.connection));
        assertEquals(2, connector.attempts.size());
    }

    @Test
    void withoutAConnectionNothingIsReplaced() throws Exception {
        HandSocket replacement = open();
        onLoop(watch::reset);
        onLoop(replacement::runPendingTasks);
        assertFalse(replacement.isOpen());
        assertEquals(List.of(), told);
    }

    private HandSocket open() throws Exception {
        HandSocket[] opened = new HandSocket[1];
        onLoop(() -> opened[0] = connector.attempt(1).succeed());
        return opened[0];
    }

    private void onLoop(Runnable action) throws Exception {
        VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
        VertxAccess.eventLoop(context).submit(() -> {
        }).get(20, TimeUnit.SECONDS);
    }
}
