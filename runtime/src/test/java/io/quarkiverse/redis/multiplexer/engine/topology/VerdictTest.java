package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.topology.Verdict.Kind;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** What each error of a node of a cluster comes to. */
class VerdictTest {

    private static final SocketAddress FROM = SocketAddress.inetSocketAddress(7000, "from");

    private static Optional<Verdict> of(String error) {
        return Verdict.of(ErrorType.create(error), FROM);
    }

    private static void assertKind(Kind kind, Optional<SocketAddress> target, Optional<Suspicion> suspicion, String error) {
        Verdict verdict = of(error).orElseThrow();
        assertEquals(kind, verdict.kind(), error);
        assertEquals(target, verdict.target(), error);
        assertEquals(suspicion, verdict.suspicion(), error);
    }

    @Test
    void redirectsAreFollowed() {
        Optional<SocketAddress> other = Optional.of(SocketAddress.inetSocketAddress(7001, "other"));
        assertKind(Kind.FOLLOW, other, Optional.empty(), "MOVED 5 other:7001");
        assertKind(Kind.FOLLOW, Optional.of(SocketAddress.inetSocketAddress(7001, "from")), Optional.empty(), "MOVED 5 :7001");
        assertKind(Kind.ASK, other, Optional.empty(), "ASK 5 other:7001");
        assertEquals(OptionalInt.of(5), of("MOVED 5 other:7001").orElseThrow().slot());
    }

    @Test
    void aNodeThatNamesItselfIsConnectedAnewAndWhatNobodyKnowsIsWaitedFor() {
        assertKind(Kind.REDIAL, Optional.empty(), Optional.of(Suspicion.CLUSTERDOWN), "MOVED 5 from:7000");
        assertKind(Kind.LATER, Optional.empty(), Optional.of(Suspicion.CLUSTERDOWN), "MOVED 5 ?:7000");
        assertKind(Kind.LATER, Optional.empty(), Optional.of(Suspicion.CLUSTERDOWN), "MOVED what");
        assertKind(Kind.LATER, Optional.empty(), Optional.empty(), "ASK 5 from:7000");
    }

    @Test
    void theThreeTextsOfAClusterThatIsDownAndReplicasAreOutages() {
        for (String text : new String[] { "The cluster is down", "The cluster is down and only accepts read commands",
                "Hash slot not served" }) {
            assertKind(Kind.LATER, Optional.empty(), Optional.of(Suspicion.CLUSTERDOWN), "CLUSTERDOWN " + text);
            assertTrue(of("CLUSTERDOWN " + text).orElseThrow().isOutage());
        }
        assertKind(Kind.LATER, Optional.empty(), Optional.of(Suspicion.READONLY),
                "READONLY You can't write against a read only replica.");
        assertKind(Kind.LATER, Optional.empty(), Optional.of(Suspicion.READONLY),
                "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can't write against a"
                        + " read only replica.");
    }

    @Test
    void tryagainIsAboutOneCommandAndOtherErrorsAreTheCallers() {
        Verdict verdict = of("TRYAGAIN Multiple keys request during rehashing of slot").orElseThrow();
        assertTrue(verdict.isAboutOne() && verdict.needsTime());
        assertFalse(verdict.isOutage());
        assertEquals(Optional.empty(), of("WRONGTYPE no"));
        assertEquals(Optional.empty(), of("LOADING not yet"));
        assertFalse(Verdict.ofMap().needsTime());
    }

    @Test
    void aServerThatHasAllSlotsIsConnectedAnewWhenItIsAReplicaAndFollowedWhenItSaysWhere() {
        SocketAddress from = SocketAddress.inetSocketAddress(7001, "h");
        Verdict readOnly = Verdict.ofPrimary(ErrorType.create("READONLY You can't write against a read only replica."), from)
                .orElseThrow();
        assertEquals(Verdict.Kind.REDIAL, readOnly.kind());
        assertTrue(readOnly.isOutage() && readOnly.needsTime());
        Verdict redirect = Verdict.ofPrimary(ErrorType.create("REDIRECT h:7002"), from).orElseThrow();
        assertEquals(Verdict.Kind.FOLLOW, redirect.kind());
        assertEquals(Optional.of(SocketAddress.inetSocketAddress(7002, "h")), redirect.target());
        assertEquals(Verdict.Kind.REDIAL, Verdict.ofPrimary(ErrorType.create("REDIRECT h:7001"), from).orElseThrow().kind());
        assertEquals(Verdict.Kind.LATER, Verdict.ofPrimary(ErrorType.create("REDIRECT nowhere"), from).orElseThrow().kind());
        assertEquals(Optional.empty(), Verdict.ofPrimary(ErrorType.create("MOVED 1 h:7002"), from));
        assertEquals(Optional.empty(), Verdict.ofPrimary(ErrorType.create("ERR wrong"), from));
    }
}
