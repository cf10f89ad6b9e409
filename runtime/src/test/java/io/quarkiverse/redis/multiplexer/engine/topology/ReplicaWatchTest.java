package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.CapturedLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link ReplicaWatch} and {@link Zones}: questions are answered by hand, and time passes when it is told to. */
class ReplicaWatchTest implements ReplicaWatch.Questions {

    private static final SocketAddress A = at(1);
    private static final SocketAddress B = at(2);
    private static final String IN_SYNC = "role:slave\r\nmaster_link_status:up\r\nmaster_sync_in_progress:0\r\n";

    private record Question(SocketAddress server, Promise<Response> answer) {

        void tell(String info) {
            answer.complete(ClusterByHand.decode("$" + info.length() + "\r\n" + info + "\r\n"));
        }
    }

    @RegisterExtension
    final CapturedLog log = new CapturedLog();

    private final ClusterByHand time = new ClusterByHand();
    private final Deque<Question> questions = new ArrayDeque<>();
    private final List<Set<SocketAddress>> changes = new ArrayList<>();
    private ReplicaWatch watch;

    @BeforeEach
    void start() {
        watch = new ReplicaWatch(time.loop(), this, "Redis client 'test'", time::now, bound -> 0,
                () -> changes.add(watch.fit()));
    }

    @Override
    public Future<Response> ask(SocketAddress server, Request request) {
        Question question = new Question(server, Promise.promise());
        questions.add(question);
        return question.answer.future();
    }

    private Question next() {
        time.run();
        return questions.remove();
    }

    private void assertNobodyIsAsked() {
        time.run();
        assertEquals(0, questions.size());
    }

    @Test
    void whoIsInSyncIsFitAndWhoeverListensIsTold() {
        watch.follow(Set.of(A));
        Question question = next();
        assertEquals(A, question.server);
        assertEquals(Set.of(), watch.fit());
        question.tell(IN_SYNC);
        time.run();
        assertEquals(Set.of(A), watch.fit());
        time.advance(1490);
        assertNobodyIsAsked();
        time.advance(20);
        next().tell(IN_SYNC.replace("up", "down"));
        time.run();
        assertEquals(Set.of(), watch.fit());
        time.advance(510);
        next().tell(IN_SYNC);
        time.run();
        assertEquals(List.of(Set.of(A), Set.of(), Set.of(A)), changes);
    }

    @Test
    void whoDoesNotAnswerIsNotFitAndNotAskedTwice() {
        watch.follow(Set.of(A));
        next().tell(IN_SYNC);
        time.run();
        watch.hurry(Set.of(A));
        Question unanswered = next();
        time.advance(990);
        assertEquals(Set.of(A), watch.fit());
        time.advance(20);
        assertEquals(Set.of(), watch.fit());
        time.advance(5000);
        assertNobodyIsAsked();

        unanswered.tell(IN_SYNC);
        time.run();
        assertEquals(Set.of(), watch.fit());
        time.advance(110);
        next().tell(IN_SYNC);
        time.run();
        assertEquals(Set.of(A), watch.fit());
    }

    @Test
    void whoCannotBeAskedIsNotFit() {
        watch.follow(Set.of(A, B));
        next().answer.fail(new ConnectException("Connection refused"));
        next().answer.fail(ErrorType.create("LOADING not yet"));
        time.run();
        assertEquals(Set.of(), watch.fit());
        time.advance(510);
        assertEquals(Set.of(A, B), Set.of(next().server, next().server));
        assertEquals(List.of(), changes);
    }

    @Test
    void evidenceCountsAtOnceAndIsLookedIntoSoon() {
        watch.follow(Set.of(A));
        next().tell(IN_SYNC);
        time.run();
        watch.doubt(A);
        time.run();
        assertEquals(Set.of(), watch.fit());
        time.advance(110);
        next().tell(IN_SYNC);
        time.run();
        assertEquals(Set.of(A), watch.fit());
    }

    @Test
    void nobodyIsAskedAfterTheEnd() {
        watch.follow(Set.of(A));
        Question question = next();
        watch.close();
        time.run();
        question.tell(IN_SYNC);
        time.run();
        watch.hurry(Set.of(A));
        watch.doubt(A);
        time.advance(5000);
        assertNobodyIsAsked();
        assertEquals(List.of(), changes);
    }

    @Test
    void aUserWhoMayNotAskIsToldOnce() {
        watch.follow(Set.of(A, B));
        for (int i = 0; i < 2; i++) {
            next().answer.fail(ErrorType.create("NOPERM User app has no permissions to run the 'info' command"));
        }
        time.run();
        assertEquals(1, log.messages("+info").size());
    }

    @Test
    void zonesAreAskedForOnceAndAgainWhereThereIsNoAnswer() {
        List<Map<SocketAddress, String>> told = new ArrayList<>();
        Zones[] zones = new Zones[1];
        zones[0] = new Zones(time.loop(), this, () -> told.add(zones[0].told()));
        zones[0].follow(Set.of(A));
        zones[0].follow(Set.of(A));
        next().tell("availability_zone:a\r\n");
        assertNobodyIsAsked();
        zones[0].follow(Set.of(A, B));
        next().answer.fail(new ConnectException("Connection refused"));
        time.run();
        time.advance(990);
        assertNobodyIsAsked();
        time.advance(20);
        next().tell("redis_version:7\r\n");
        time.run();
        assertEquals(List.of(Map.of(A, "a"), Map.of(A, "a", B, "")), told);

        zones[0].follow(Set.of(B));
        assertEquals(Map.of(B, ""), zones[0].told());
        zones[0].follow(Set.of(A, B));
        Question late = next();
        zones[0].close();
        late.tell("availability_zone:a\r\n");
        time.run();
        assertEquals(2, told.size());
    }

    @AfterEach
    void stop() {
        watch.close();
        time.run();
    }
}
