package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.vertx.core.Promise;
import io.vertx.redis.client.Request;

/** {@link Resending} and {@link TouchedKeys}: what may be sent again after what else has been executed. */
class ResendingTest {

    private int order;

    @ParameterizedTest(name = "{0} before {1}: {2}")
    @CsvSource({
            "GET k, DEL k, overtaken",
            "GET k, GET k, again",
            "GET k, SET other 1, again",
            "GET k, PING, again",
            "GET k, SCRIPT LOAD k, again",
            "TS.RANGE k - +, TS.ADD other * 1, overtaken",
            "GET k, FLUSHALL, overtaken",
            "GET k, EVAL return1 1 other, overtaken",
            "GET k, MODULE.UNKNOWN other, overtaken",
            "GET k, SCAN 0, again",
            "GET k, PUBLISH k m, overtaken",
            "MGET a k, MSET x 1 k 2, overtaken",
            "MGET a k, MSET x k y k, again",
            "HGET k f, RENAME x k, overtaken",
            "HGET k f, RENAME k x, overtaken",
            "LRANGE k 0 1, LMOVE k x LEFT LEFT, overtaken",
            "ZRANGE k 0 1, ZUNIONSTORE k 1 x, overtaken",
            "ZRANGE k 0 1, ZUNIONSTORE x 1 k, overtaken",
            "SORT_RO k BY w_*, SET w_1 2, overtaken",
            "KEYS *, SET k 1, overtaken",
            "DBSIZE, SET k 1, overtaken",
            "DBSIZE, GET k, again",
            "SET k 1, GET k, overtaken",
            "SET k 1, GET other, overtaken",
            "SET k 1, KEYS *, overtaken",
            "SET k 1, SET k 2, overtaken",
            "FLUSHALL, GET k, overtaken",
            "FLUSHALL, PING, overtaken",
            "PING, FLUSHALL, again" })
    void whatIsSentAgainDependsOnWhatWasExecutedLater(String refused, String executed,
            String expected) {
        SingleCommand candidate = command(refused);
        SingleCommand later = command(executed);

        Resending resending = Resending.of(List.of(candidate), List.of(later));

        assertEquals(expected.equals("again") ? List.of(candidate) : List.of(), resending.again());
        assertEquals(expected.equals("again") ? List.of() : List.of(candidate), resending.overtaken());
    }

    @Test
    void whatWasExecutedBeforeOvertakesNothing() {
        SingleCommand earlier = command("DEL k");
        SingleCommand read = command("GET k");

        assertEquals(List.of(read), Resending.of(List.of(read), List.of(earlier)).again());
    }

    @Test
    void theOrderIsThatInWhichTheyWereAccepted() {
        List<PendingCommand> candidates = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            candidates.add(command("GET k" + i));
        }
        List<PendingCommand> shuffled = List.of(candidates.get(3), candidates.get(0), candidates.get(4), candidates.get(1),
                candidates.get(2));

        assertEquals(candidates, Resending.of(shuffled, List.of()).again());
        PendingCommand write = command("MSET k1 x k3 x");
        Resending resending = Resending.of(shuffled, List.of(write));
        assertEquals(List.of(candidates.get(0), candidates.get(2), candidates.get(4)), resending.again());
        assertEquals(List.of(candidates.get(1), candidates.get(3)), resending.overtaken());
    }

    private SingleCommand command(String request) {
        Request parsed = Commands.request(request);
        SingleCommand command = new SingleCommand(parsed, Promise.promise(), CommandReport.NONE);
        command.order = ++order;
        return command;
    }
}
