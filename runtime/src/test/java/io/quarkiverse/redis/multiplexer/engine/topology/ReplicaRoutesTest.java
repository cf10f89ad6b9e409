package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.RedisReplicas;
import io.vertx.redis.client.Response;

/** {@link ReplicaRoutes} and {@link ReplicaLane} in a {@link ClusterLoop}, to servers that are the test. */
class ReplicaRoutesTest extends ReplicaRoutesByHand {

    /** What the lanes have in common has no state that is not told by what they send. */
    static final List<Class<?>> PARTS = List.of(RoutedLane.class, ReplicaLane.class);

    @Test
    void readsGoToReplicasByTurnsAndAllElseToThePrimary() throws Exception {
        start(RedisReplicas.ALWAYS, A, B);
        send("GET 1", "GET 2", "SET 3 x", "GET 4", "TOUCH 5", "EVAL s 1 6", "PING");
        assertEquals(List.of("SET 3 x", "TOUCH 5", "EVAL s 1 6", "PING"), taken(PRIMARY));
        List<String> toA = taken(A);
        List<String> toB = taken(B);
        assertEquals(3, toA.size() + toB.size());
        assertTrue(Math.abs(toA.size() - toB.size()) == 1, () -> toA + " " + toB);
    }

    @Test
    void whoSharesHasThePrimaryTakeItsTurn() throws Exception {
        start(RedisReplicas.SHARE, A, B);
        send("GET 1", "GET 2", "GET 3", "GET 4", "GET 5", "GET 6");
        assertEquals(List.of(2, 2, 2), List.of(taken(PRIMARY).size(), taken(A).size(), taken(B).size()));
    }

    @Test
    void partsOfACommandGoToReplicasAndWhatIsAskedOfEveryPrimaryDoesNot() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        send("MGET 1 2 3", "DBSIZE", "SCAN 0");
        assertEquals(3, taken(A).size());
        assertTrue(taken(PRIMARY).containsAll(List.of("DBSIZE")));
    }

    @Test
    void whereNoReplicaIsFitThePrimaryAnswersAndThatIsCounted() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        long before = nodes.get(PRIMARY).fallbacks();
        fit(RedisReplicas.ALWAYS);
        send("GET 1", "GET 2", "SET 3 x");
        assertEquals(List.of("GET 1", "GET 2", "SET 3 x"), taken(PRIMARY));
        assertEquals(before + 2, nodes.get(PRIMARY).fallbacks());
        fit(RedisReplicas.SHARE);
        send("GET 1");
        assertEquals(before + 2, nodes.get(PRIMARY).fallbacks());
    }

    @Test
    void aReadThatAReplicaIsNotFitForGoesToThePrimary() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        for (String error : List.of("-LOADING Redis is loading;", "-MASTERDOWN Link with MASTER is down;",
                "-CLUSTERDOWN The cluster is down;", "-BUSY Redis is busy;", "-READONLY no;", "-NOSCRIPT none;")) {
            Future<Response> read = send("GET 1").get(0);
            assertEquals(List.of("GET 1"), taken(A));
            say(A, error);
            assertEquals(List.of("GET 1"), taken(PRIMARY), error);
            say(PRIMARY, "+value;");
            assertEquals("value", read.result().toString());
        }
        // There is nothing wrong with one that does not know a script.
        assertEquals(List.of(A, A, A, A, A), doubted);
        assertEquals(6, nodes.get(A).fallbacks());
    }

    @Test
    void whatAScriptSaysIsTheCallersAndTellsNothingOfTheReplica() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        for (String error : List.of("LOADING the cart", "TRYAGAIN in a minute", "READONLY account", "MOVED to the archive")) {
            Future<Response> read = send("EVAL_RO s 1 1").get(0);
            assertEquals(List.of("EVAL_RO s 1 1"), taken(A));
            say(A, "-" + error + ";");
            assertEquals(error, read.cause().getMessage());
        }
        assertEquals(List.of(), taken(PRIMARY));
        assertEquals(List.of(), doubted);

        send("EVALSHA_RO s 1 1");
        say(A, "-NOSCRIPT No matching script.;");
        assertEquals(List.of("EVALSHA_RO s 1 1"), taken(PRIMARY), "It may know the script");
    }

    @Test
    void anErrorOfTheCommandIsTheCallers() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        Future<Response> read = send("GET 1").get(0);
        say(A, "-WRONGTYPE no;");
        assertEquals("WRONGTYPE no", read.cause().getMessage());
        assertEquals(List.of(), taken(PRIMARY));
    }

    @Test
    void whenASlotMovesItsReadsGoToThePrimaryUntilMoreIsKnown() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        for (String word : List.of("MOVED", "ASK", "TRYAGAIN")) {
            send("GET 1");
            assertEquals(List.of("GET 1"), taken(A));
            say(A, "-" + word + " " + Commands.slot(read("GET 1")) + " b:3;");
            send("GET 1", "GET other");
            assertEquals(List.of("GET 1", "GET 1"), taken(PRIMARY));
            assertEquals(List.of("GET other"), taken(A));
            say(PRIMARY, "+OK;+OK;");
            say(A, "+OK;");
            fit(RedisReplicas.ALWAYS, A);
        }
        assertEquals(PRIMARY, owner);
        assertEquals(List.of(Suspicion.MOVED), suspicions);
        assertEquals(List.of(), doubted);
    }

    /** It came late: what is to be known was known already. */
    @Test
    void afterARedirectThatChangesNothingReplicasAreReadFromAgain() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        send("GET 1");
        taken(A);
        say(A, "-MOVED " + Commands.slot(read("GET 1")) + " p:1;");
        awaitUntil(() -> {
            if (!taken(PRIMARY).isEmpty()) {
                say(PRIMARY, "+OK;");
                send("GET 1");
            }
            return !taken(A).isEmpty();
        });
    }

    @Test
    void whenThePrimaryTellsOfAMoveReadsStayWithIt() throws Exception {
        start(RedisReplicas.SHARE, A);
        send("GET 1", "GET 1");
        assertEquals(1, taken(A).size());
        say(PRIMARY, "-ASK " + Commands.slot(read("GET 1")) + " b:3;");
        connect(B);
        assertEquals(List.of("ASKING", "GET 1"), taken(B));
        say(B, "+OK;+OK;");
        taken(PRIMARY);
        send("GET 1", "GET 1");
        assertEquals(List.of("GET 1", "GET 1"), taken(PRIMARY));
    }

    @Test
    void aSlotThatHasAnotherOwnerThanTheMapTellsIsNotReadFromReplicas() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        owner = B;
        fit(RedisReplicas.ALWAYS, A);
        send("GET new");
        assertEquals(List.of(), taken(A));
    }

    @Test
    void whatAReplicaHasNotAnsweredGoesToThePrimaryWhenItsConnectionIsLost() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        List<Future<Response>> reads = send("GET 1", "GET 2");
        assertEquals(List.of("GET 1", "GET 2"), taken(A));
        lose(A);
        awaitUntil(() -> nodes.get(A).fallbacks() == 2);
        settle();
        assertEquals(List.of("GET 1", "GET 2"), taken(PRIMARY));
        send("GET 3");
        assertEquals(List.of("GET 3"), taken(PRIMARY));
        say(PRIMARY, "+1;+2;+3;");
        assertEquals(List.of("1", "2"), reads.stream().map(read -> read.result().toString()).toList());
    }

    @Test
    void whoDoesNotWantReadsToBeRepeatedGetsTheLoss() throws Exception {
        options.setRetryReadOnly(false);
        start(RedisReplicas.ALWAYS, A);
        Future<Response> read = send("GET 1").get(0);
        lose(A);
        awaitUntil(read::isComplete);
        assertTrue(read.failed());
        assertEquals(List.of(), taken(PRIMARY));
    }

    @Test
    void aReplicaThatIsNotConnectedIsPassedOver() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        fit(RedisReplicas.ALWAYS, A, B);
        send("GET 1", "GET 2");
        assertEquals(2, taken(A).size());
        connect(B);
        send("GET 3", "GET 4");
        assertEquals(List.of(1, 1), List.of(taken(A).size(), taken(B).size()));
    }

    @Test
    void whileASlotIsHeldItsReadsWaitWithAllElse() throws Exception {
        start(RedisReplicas.ALWAYS, A);
        send("SET 1 x", "SET 1 y");
        taken(PRIMARY);
        say(PRIMARY, "-CLUSTERDOWN The cluster is down;");
        send("GET 1");
        assertEquals(List.of(), taken(A));
    }

    private static SingleCommand read(String words) {
        return new SingleCommand(Commands.request(words), Promise.promise(), CommandReport.NONE);
    }
}
