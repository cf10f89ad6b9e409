package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link SlotHold}: what names no keys keeps its order among what does, where that is anybody's. */
class SlotHoldOrderTest {

    private static final Predicate<PendingCommand> ON_ONE_SERVER = command -> true;
    private static final Predicate<PendingCommand> BY_KEYS = command -> !command.isWithoutKeys();

    private final Verdict readonly = Verdict
            .ofPrimary(ErrorType.create("READONLY You can't write against a read only replica."),
                    SocketAddress.inetSocketAddress(1, "node"))
            .orElseThrow();
    private int orders;

    private PendingCommand command(String words) {
        SingleCommand command = new SingleCommand(Commands.request(words), Promise.promise(), CommandReport.NONE);
        command.order = ++orders;
        return command;
    }

    private void assertOvertaken(boolean expected, Predicate<PendingCommand> ordered, String refused, String executed) {
        PendingCommand first = command(refused);
        PendingCommand second = command(executed);
        SlotHold hold = new SlotHold(1, ordered, readonly, List.of(second));
        hold.takeBack(first, readonly);
        second.onReply(SimpleStringType.OK);

        assertTrue(hold.isDrained());
        assertEquals(expected ? List.of(first) : List.of(), hold.onDrained());
        assertEquals(expected ? 0 : 1, hold.size());
    }

    @ParameterizedTest
    @ValueSource(strings = { "FLUSHALL", "EVAL script 0", "FCALL f 0", "SWAPDB 0 1", "DBSIZE" })
    void whatMayBeAboutAnyKeyIsNotSentAgainBehindAWrite(String words) {
        assertOvertaken(true, ON_ONE_SERVER, words, "SET key value");
        assertOvertaken(true, BY_KEYS, words, "SET key value");
    }

    @ParameterizedTest
    @ValueSource(strings = { "PING", "SCRIPT LOAD script" })
    void whatIsAboutNoKeyIsSentAgainBehindAnything(String words) {
        assertOvertaken(false, ON_ONE_SERVER, words, "FLUSHALL");
        assertOvertaken(false, BY_KEYS, words, "SET key value");
    }

    @ParameterizedTest
    @CsvSource({ "FLUSHALL, true", "EVAL script 0, true", "SWAPDB 0 1, true", "PING, false", "SCRIPT LOAD script, false",
            "CONFIG GET x, false", "CLIENT LIST, false" })
    void aWriteIsNotSentAgainBehindWhatMayBeAboutItsKey(String words, boolean overtakes) {
        assertOvertaken(overtakes, ON_ONE_SERVER, "SET key value", words);
    }

    /** It would be somewhere else as well, where other keys are. */
    @Test
    void whatHasItsPlaceByChanceOvertakesNothing() {
        assertOvertaken(false, BY_KEYS, "SET key value", "EVAL script 0");
    }
}
