package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.WHOLE;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.Question;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link ClusterQuestion} and the words of {@link ClusterTrouble}. */
class ClusterQuestionTest {

    private static final String UNKNOWN = "ERR Unknown subcommand or wrong number of arguments for 'SHARDS'. Try CLUSTER HELP.";
    private static final String SLOTS = "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$1\r\nh\r\n:7001\r\n$2\r\nid\r\n";
    private static final int TIMEOUT = 1000;

    private final ClientSettings settings = ClusterByHand.settings("redis://reader:secret@h:7001");
    private final NodeAddress node = NodeAddress.of(settings.redis());
    private final ClusterByHand cluster = new ClusterByHand();
    private final ClusterQuestion question = new ClusterQuestion(cluster.loop(), cluster, new ClusterTrouble(settings), false,
            TIMEOUT);

    private String failure(Future<SlotMap> answer, Class<? extends Throwable> type) {
        Throwable cause = assertInstanceOf(type, answer.cause());
        assertFalse(cause.getMessage().contains("secret"), cause.getMessage());
        assertTrue(cause.getMessage().contains("Redis client 'test' at h:7001"), cause.getMessage());
        return cause.getMessage();
    }

    @Test
    void shardsAreAskedForFirst() {
        Future<SlotMap> answer = question.put(node);
        Question asked = cluster.next();
        assertEquals("SHARDS", asked.form());
        asked.tell(WHOLE);

        assertTrue(answer.result().tellsTheSameAs(map(WHOLE)));
        cluster.advance(2 * TIMEOUT);
    }

    @Test
    void whereShardsAreNotKnownOrNotAllowedSlotsAreAskedForAndFromThenOn() {
        for (String error : List.of(UNKNOWN, "NOPERM User reader has no permissions to run the 'cluster|shards' command")) {
            ClusterQuestion fresh = new ClusterQuestion(cluster.loop(), cluster, new ClusterTrouble(settings), false, TIMEOUT);
            Future<SlotMap> answer = fresh.put(node);
            cluster.next().refuse(error);
            Question second = cluster.next();
            assertEquals("SLOTS", second.form());
            second.answer().complete(ClusterByHand.decode(SLOTS));
            assertEquals(SlotMap.SLOTS, answer.result().covered());

            fresh.put(node);
            assertEquals("SLOTS", cluster.next().form());
        }
    }

    @Test
    void whoMayAskNothingIsToldWhatToAllow() {
        Future<SlotMap> answer = question.put(node);
        cluster.next().refuse("NOPERM no permissions to run the 'cluster|shards' command");
        cluster.next().refuse("NOPERM no permissions to run the 'cluster|slots' command");

        String message = failure(answer, ErrorType.class);
        assertTrue(message.startsWith("NOPERM "), message);
        assertTrue(message.contains("ACL SETUSER reader +cluster|slots"), message);
    }

    @Test
    void aServerThatIsNoClusterIsNamedTogetherWithTheKeyToChange() {
        Future<SlotMap> answer = question.put(node);
        cluster.next().refuse("ERR This instance has cluster support disabled");

        String message = failure(answer, ErrorType.class);
        assertTrue(message.startsWith("ERR This instance has cluster support disabled"), message);
        assertTrue(message.contains("quarkus.redis.client-type"), message);
        cluster.assertNobodyIsAsked();
    }

    @Test
    void otherErrorsAreNotAboutTheForm() {
        Map<String, Class<? extends Throwable>> errors = Map.of("LOADING Redis is loading", ConnectionLostException.class,
                "NOAUTH Authentication required.", ErrorType.class);
        errors.forEach((error, type) -> {
            Future<SlotMap> answer = question.put(node);
            cluster.next().refuse(error);

            assertTrue(failure(answer, type).startsWith(error));
            cluster.assertNobodyIsAsked();
        });
    }

    @Test
    void whoIsSilentHasItsTime() {
        Future<SlotMap> answer = question.put(node);
        Question asked = cluster.next();
        cluster.advance(TIMEOUT - 10);
        assertFalse(answer.isComplete());
        cluster.advance(10);
        String message = failure(answer, ConnectionLostException.class);
        assertTrue(message.contains("within 1000 ms (quarkus.redis-multiplexer.connect-timeout)"), message);
        asked.tell(WHOLE);

        assertTrue(answer.failed());
        question.put(node);
        Question refusedTooLate = cluster.next();
        cluster.advance(TIMEOUT);
        refusedTooLate.refuse(UNKNOWN);
        cluster.assertNobodyIsAsked();
    }

    @Test
    void whatIsNoAnswerIsAFailure() {
        for (Response reply : new Response[] { SimpleStringType.OK, null, ClusterByHand.decode("*1\r\n:1\r\n") }) {
            Future<SlotMap> answer = question.put(node);
            cluster.next().answer().complete(reply);

            String message = failure(answer, ConnectionLostException.class);
            assertTrue(message.contains("form that is not known"), message);
        }
    }

    @Test
    void whoKnowsOfNoSlotIsNoWitness() {
        Future<SlotMap> answer = question.put(node);
        cluster.next().tell("7001:");

        String message = failure(answer, ConnectionLostException.class);
        assertTrue(message.contains("CLUSTER MEET") && message.contains("CLUSTER ADDSLOTS"), message);
    }

    @Test
    void whatTheConnectionFailsOfIsToldAsItIs() {
        Future<SlotMap> answer = question.put(node);
        cluster.next().fail();

        assertEquals("Connection refused", answer.cause().getMessage());
    }
}
