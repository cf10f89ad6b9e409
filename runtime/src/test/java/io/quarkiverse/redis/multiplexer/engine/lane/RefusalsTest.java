package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionKeeper;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.vertx.core.Promise;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link Refusals}: which commands are kept, and what becomes of the connection. */
class RefusalsTest {

    private static final String BUSY = "BUSY a script is running";
    private static final String LOADING = "LOADING not yet";

    private final LoopBench bench = new LoopBench(new MultiplexerOptions());
    private final LaneMetrics figures = new LaneMetrics();
    private final List<ErrorType> demotions = new ArrayList<>();
    private final Refusals refusals = refusals(new MultiplexerOptions());
    private HandSocket server;

    private Refusals refusals(MultiplexerOptions options) {
        return new Refusals(options, figures, demotions::add);
    }

    @BeforeEach
    void connect() throws Exception {
        new ConnectionKeeper("the lane", bench.context, bench.connector, bench.settings, bench.failures,
                new OutageLog("test"), new QuietUser()).whenReady(bench.context);
        server = bench.connect(1);
        // Something is in flight, so that a connection that is given up stays open.
        bench.run(() -> {
            server.connection.write(command("PING"));
            server.connection.flush();
        });
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "ERR no", "WRONGTYPE it is a list", "OOM command not allowed", "BUSYKEY it is there" })
    void otherErrorsAreTheCallers(String error) throws Exception {
        assertFalse(keeps(refusals, command("GET a"), error));
        assertTrue(isWritable());
    }

    @Test
    void aReplicasErrorIsTheCallersAndToldOf() throws Exception {
        assertFalse(keeps(refusals, command("SET a 1"), "READONLY it is a replica"));
        assertEquals(1, demotions.size());
        assertTrue(isWritable());
    }

    @Test
    void fromAServerWithoutDataReadsAreKeptOnceAndWritesAreNot() throws Exception {
        PendingCommand read = command("GET a");
        assertTrue(keeps(refusals, read, LOADING));
        assertFalse(isWritable(), "The connection is given up");
        assertFalse(keeps(refusals, read, LOADING));
        assertFalse(keeps(refusals, command("SET a 1"), LOADING));
        assertEquals(1, figures.status(0, 0, ConnectionStatus.UNUSED).retries());
    }

    @Test
    void whoWantsNoReadsToBeSentAgainGetsTheError() throws Exception {
        Refusals none = refusals(new MultiplexerOptions().setRetryReadOnly(false));
        assertFalse(keeps(none, command("GET a"), LOADING));
        assertFalse(isWritable());
    }

    @Test
    void fromABusyServerAllIsKeptOnTheSameConnection() throws Exception {
        assertTrue(keeps(refusals, command("SET a 1"), BUSY));
        assertTrue(keeps(refusals, command("GET a"), BUSY));
        assertEquals(2, refusals.commands().size());
        assertTrue(isWritable());
    }

    @Test
    void butForBatchesAndQuestionsOfOurs() throws Exception {
        PendingCommand batch = new BatchCommand(Commands.requests("GET a", "GET b"), Promise.promise(), CommandReport.NONE);
        assertFalse(keeps(refusals, batch, BUSY));
        assertFalse(keeps(refusals, SingleCommand.ownQuestion(Commands.request("PING"), Promise.promise()), BUSY));
        assertEquals(0, refusals.commands().size());
    }

    @Test
    void whoDoesNotWantToWaitGetsTheErrorOfABusyServer() throws Exception {
        Refusals none = refusals(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        assertFalse(keeps(none, command("GET a"), BUSY));
    }

    private boolean keeps(Refusals by, PendingCommand command, String error) throws Exception {
        return bench.onLoop(() -> by.keeps(command, ErrorType.create(error), server.connection));
    }

    private boolean isWritable() throws Exception {
        return bench.onLoop(server.connection::isWritable);
    }

    private static PendingCommand command(String words) {
        PendingCommand command = LoopBench.command(words).command();
        command.mayTakeForEver();
        return command;
    }
}
