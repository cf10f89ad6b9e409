package io.quarkiverse.redis.multiplexer.engine.dedicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.NumberType;

/** {@link Marking} and {@link ReplicationMarker}, by hand. */
class MarkingTest {

    private static final ErrorType NOPERM = ErrorType
            .create("NOPERM this user has no permissions to run the 'publish' command");

    private final Marking marking = new Marking(ReplicationMarker.PUBLISH);

    @Test
    void theFirstMarkerIsPublished() {
        assertEquals(Marking.State.WANTED, marking.state());
        assertEquals(Command.PUBLISH, marking.ask().command());
        assertEquals(Marking.State.ASKED, marking.state());
        marking.answered(NumberType.create(0));
        assertEquals(Marking.State.DONE, marking.state());
    }

    @ParameterizedTest
    @ValueSource(strings = { "NOPERM this user has no permissions", "ERR unknown command 'publish'" })
    void whoMayNotPublishSwapsADatabaseWithItself(String refusal) {
        marking.ask();
        marking.answered(ErrorType.create(refusal));
        assertEquals(Marking.State.WANTED, marking.state());
        assertEquals(Command.SWAPDB, marking.ask().command());
        marking.answered(NumberType.create(0));
        assertEquals(Marking.State.DONE, marking.state());
    }

    @Test
    void whoMayDoNeitherIsRefusedForTheMarkers() {
        marking.ask();
        marking.answered(NOPERM);
        marking.ask();
        marking.answered(NOPERM);
        assertEquals(Marking.State.REFUSED, marking.state());
        assertSame(NOPERM, marking.refusal());
        assertTrue(marking.isAboutTheMarker());
    }

    /** WAIT would get the same. */
    @ParameterizedTest
    @ValueSource(strings = { "BUSY Redis is busy running a script.", "LOADING Redis is loading",
            "NOAUTH Authentication required." })
    void anotherErrorIsNotAboutTheMarker(String refusal) {
        marking.ask();
        marking.answered(ErrorType.create(refusal));
        assertEquals(Marking.State.REFUSED, marking.state());
        assertFalse(marking.isAboutTheMarker());
    }

    @Test
    void thereIsNoThirdMarker() {
        assertEquals(ReplicationMarker.SWAPDB, ReplicationMarker.PUBLISH.next(NOPERM).orElseThrow());
        assertTrue(ReplicationMarker.SWAPDB.next(NOPERM).isEmpty());
    }

    @Test
    void inAClusterNoFunctionsAreAddedAndServersThatHaveNoneArePublishedTo() {
        assertEquals(ReplicationMarker.PUBLISH, ReplicationMarker.firstOf(RedisClientType.STANDALONE));
        assertEquals(ReplicationMarker.PUBLISH, ReplicationMarker.firstOf(RedisClientType.SENTINEL));
        Marking inCluster = new Marking(ReplicationMarker.firstOf(RedisClientType.CLUSTER));
        assertEquals(Command.FUNCTION, inCluster.ask().command());
        inCluster.answered(ErrorType.create("ERR unknown command `function`, with args beginning with: `RESTORE`, "));
        assertEquals(Marking.State.WANTED, inCluster.state());
        assertEquals(Command.PUBLISH, inCluster.ask().command());
        inCluster.answered(NumberType.create(0));
        assertEquals(Marking.State.DONE, inCluster.state());
    }

    /** It knows functions: there is no telling whether WAIT would wait for anything after PUBLISH. */
    @ParameterizedTest
    @ValueSource(strings = { "NOPERM User app has no permissions to run the 'function|restore' command",
            "ERR DUMP payload version or checksum are wrong" })
    void whoMayNotAddFunctionsInAClusterIsRefused(String refusal) {
        Marking inCluster = new Marking(ReplicationMarker.FUNCTIONS);
        inCluster.ask();
        inCluster.answered(ErrorType.create(refusal));
        assertEquals(Marking.State.REFUSED, inCluster.state());
        assertTrue(inCluster.isAboutTheMarker());
        assertEquals("+function|restore", inCluster.right());
    }
}
