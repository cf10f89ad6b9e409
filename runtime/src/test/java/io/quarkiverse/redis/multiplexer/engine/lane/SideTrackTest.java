package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.LargeReplyConnection;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionKeeper;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;
import io.vertx.redis.client.impl.types.ErrorType;

/** A side track beside a lane that is the test, with a server that is the test. */
class SideTrackTest implements SideTrack.Owner {

    private static final int LARGE = 300_000;

    private final LoopBench bench = new LoopBench(new MultiplexerOptions());
    private final List<String> events = new ArrayList<>();
    private SideTrack track;
    private HandSocket lane;

    @BeforeEach
    void start() throws Exception {
        track = track(bench);
        // The lane's connection.
        ConnectionKeeper keeper = new ConnectionKeeper("the lane", bench.context, bench.connector, bench.settings,
                bench.failures, new OutageLog("test"), new QuietUser());
        keeper.whenReady(bench.context);
        lane = bench.connect(1);
    }

    private SideTrack track(LoopBench where) {
        return new SideTrack("the side track", where.context, where.connector, where.settings, where.failures, this,
                new LaneMetrics());
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    @Override
    public void goOn() {
        events.add("go on");
    }

    @Override
    public void takeBack(PendingCommand command) {
        events.add("take back");
    }

    @Override
    public void settleLost(CommandQueue inFlight, Throwable cause) {
        events.add("settle " + inFlight.size());
    }

    @Override
    public void failLost(CommandQueue inFlight, Throwable cause) {
        events.add("fail " + inFlight.size());
    }

    @Test
    void itIsMadeWhenALargeReplyWouldHaveBeenWorthIt() throws Exception {
        bench.run(() -> track.onLargeReply(LoopBench.command("GET big").command(), LARGE, TimeUnit.SECONDS.toNanos(1)));
        assertEquals(1, bench.connector.attempts.size(), "Nothing is known of round trips");
        bench.run(() -> track.onRoundTrip(TimeUnit.MILLISECONDS.toNanos(1), System.nanoTime()));
        bench.run(() -> track.onLargeReply(LoopBench.command("SET big 1").command(), LARGE, TimeUnit.SECONDS.toNanos(1)));
        assertEquals(1, bench.connector.attempts.size(), "It is for reads");
        bench.run(() -> track.onLargeReply(LoopBench.command("GET big").command(), LARGE, TimeUnit.SECONDS.toNanos(1)));
        assertEquals(2, bench.connector.attempts.size());
    }

    @Test
    void whoDoesNotWantOneGetsNone() throws Exception {
        try (LoopBench other = new LoopBench(
                new MultiplexerOptions().setLargeReplyConnection(LargeReplyConnection.NEVER))) {
            SideTrack none = track(other);
            other.run(() -> {
                none.onRoundTrip(1, System.nanoTime());
                none.onLargeReply(LoopBench.command("GET big").command(), LARGE, TimeUnit.SECONDS.toNanos(1));
            });
            assertEquals(0, other.connector.attempts.size());
        }
    }

    @Test
    void oneReadAtATimeIsTakenIfItsReplyIsExpectedToBeLarge() throws Exception {
        HandSocket server = connect();
        assertFalse(takes("GET small"));
        assertTrue(takes("GET big"));
        assertEquals(List.of("GET big"), bench.onLoop(server::takeSent));
        assertEquals(1, track.inFlight());
        expectLarge("GET big");
        assertFalse(takes("GET big"), "It has something in flight");
        bench.say(server, "$3;big;");
        assertEquals(0, track.inFlight());
        assertEquals(List.of("go on"), events);
        assertTrue(takes("GET big"));
        bench.say(server, "$3;big;");
        assertFalse(takes("GET big"), "It was small");
    }

    @Test
    void aReadStaysWithWhatMayTouchItsKeys() throws Exception {
        connect();
        Sent write = LoopBench.command("SET big 1");
        bench.run(() -> {
            lane.connection.write(write.command());
            lane.connection.flush();
        });
        assertFalse(takes("GET big"));
        bench.say(lane, "+OK;");
        assertTrue(takes("GET big"));
    }

    @Test
    void whatMayTouchItsKeysIsHeldUntilTheReplyBegins() throws Exception {
        HandSocket server = connect();
        assertTrue(takes("GET big"));
        assertFalse(holds("SET other 1"));
        assertTrue(holds("SET big 1"));
        assertTrue(holds("SET other 1"), "What comes behind it, too");
        bench.say(server, "$10;01234");
        assertEquals(List.of("go on"), events);
        assertFalse(holds("SET big 1"));
        assertEquals(1, track.inFlight());
        bench.say(server, "56789;");
        assertEquals(List.of("go on", "go on"), events);
        assertEquals(0, track.inFlight());
    }

    @Test
    void whatIsLostBeforeItsReplyBeganMayBeSentAgain() throws Exception {
        HandSocket server = connect();
        assertTrue(takes("GET big"));
        assertTrue(holds("SET big 1"));
        bench.run(server::close);
        assertEquals(List.of("settle 1", "go on"), events);
        assertFalse(holds("SET big 1"));
        assertEquals(0, track.inFlight());
    }

    @Test
    void whatIsLostAfterThatMayHaveSeenLess() throws Exception {
        HandSocket server = connect();
        assertTrue(takes("GET big"));
        bench.say(server, "$10;01234");
        bench.run(server::close);
        assertEquals(List.of("go on", "fail 1", "go on"), events);
    }

    @Test
    void aRefusedReadIsTheLanesAgain() throws Exception {
        HandSocket server = connect();
        assertTrue(takes("GET big"));
        bench.say(server, "-LOADING not yet;");
        assertEquals(List.of("take back", "go on"), events);
        assertEquals(0, track.inFlight());
    }

    @Test
    void anErrorThatIsTheCallersIsNot() throws Exception {
        HandSocket server = connect();
        Sent read = LoopBench.command("GET big");
        assertTrue(takes(read));
        bench.say(server, "-WRONGTYPE it is a list;");
        assertInstanceOf(ErrorType.class, read.failure());
        assertEquals(List.of("go on"), events);
    }

    @Test
    void nobodyWaitsBehindWhatIsOverdue() throws Exception {
        HandSocket server = connect();
        Sent read = LoopBench.command("GET big");
        read.command().mustEndBy(System.nanoTime());
        assertTrue(takes(read));
        assertTrue(holds("SET big 1"));
        bench.run(() -> track.onTick(System.nanoTime()));
        assertTrue(read.isComplete());
        assertFalse(holds("SET big 1"));
        assertEquals(1, track.inFlight());
        bench.say(server, "$3;big;");
        assertEquals(0, track.inFlight());
        assertEquals(List.of("go on", "go on"), events);
    }

    @Test
    void itFollowsTheLaneToAnotherServer() throws Exception {
        HandSocket server = connect();
        assertTrue(takes("GET big"));
        bench.run(() -> track.onLaneReady(lane.connection));
        assertTrue(server.isOpen());
        bench.say(server, "$3;big;");
        assertFalse(server.isOpen());
        bench.connect(3);
    }

    @Test
    void itEndsAfterWhatIsInFlight() throws Exception {
        HandSocket server = connect();
        assertTrue(takes("GET big"));
        var end = track.close(Duration.ofHours(1));
        bench.onLoop(() -> null);
        assertTrue(server.isOpen());
        expectLarge("GET other");
        assertFalse(takes("GET other"));
        bench.say(server, "$3;big;");
        assertTrue(end.isComplete());
        assertFalse(server.isOpen());
    }

    /** Has it connected, and expects the reply to GET big to be large. */
    private HandSocket connect() throws Exception {
        bench.run(() -> track.onRoundTrip(TimeUnit.MILLISECONDS.toNanos(1), System.nanoTime()));
        expectLarge("GET big");
        HandSocket server = bench.connect(2);
        bench.onLoop(() -> null);
        events.clear();
        return server;
    }

    private void expectLarge(String read) throws Exception {
        bench.run(() -> track.onLargeReply(LoopBench.command(read).command(), LARGE, TimeUnit.SECONDS.toNanos(1)));
    }

    private boolean takes(String words) throws Exception {
        return takes(LoopBench.command(words));
    }

    private boolean takes(Sent sent) throws Exception {
        if (!sent.command().isTimed()) {
            sent.command().mayTakeForEver();
        }
        return bench.onLoop(() -> track.takes(sent.command(), lane.connection));
    }

    private boolean holds(String words) throws Exception {
        return bench.onLoop(() -> track.holds(LoopBench.command(words).command()));
    }
}
