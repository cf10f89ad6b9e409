package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link BatchUnits} and {@link BlockCommand}, and both {@linkplain AskingCommand with ASKING}. */
class BatchUnitsTest {

    private static final ErrorType MOVED = ErrorType.create("MOVED 1 b:2");
    private static final ErrorType ABORTED = ErrorType.create("EXECABORT Transaction discarded because of previous errors.");

    private final Promise<List<Response>> promise = Promise.promise();

    private List<PendingCommand> units(String... requests) {
        return units(BatchUnits.TOGETHER, requests);
    }

    private List<PendingCommand> units(BatchUnits.Apart apart, String... requests) {
        List<Request> all = Commands.requests(requests);
        return BatchUnits.of(new BatchCommand(all, promise, CommandReport.NONE),
                all.stream().map(CommandSpec::of).toArray(CommandSpec[]::new),
                all.stream().map(StateEffect::of).toArray(StateEffect[]::new), apart);
    }

    private static void reply(PendingCommand command, String... texts) {
        for (String text : texts) {
            command.onReply(SimpleStringType.create(text));
        }
    }

    private static String text(PendingCommand command) {
        StringBuilder text = new StringBuilder();
        for (int part = 0; part < command.parts(); part++) {
            text.append(new String(command.part(part), StandardCharsets.US_ASCII).replaceAll("[*$]\\d+\r\n", "")
                    .replace("\r\n", " "));
        }
        return text.toString().trim();
    }

    @Test
    void eachRequestIsACommandAndTheBatchHasTheirRepliesInItsOrder() {
        List<PendingCommand> units = units("GET a", "SET b 1", "GET c");
        assertEquals(List.of("get a", "set b 1", "get c"), units.stream().map(BatchUnitsTest::text).toList());
        reply(units.get(2), "three");
        reply(units.get(0), "one");
        assertFalse(promise.future().isComplete());
        reply(units.get(1), "two");
        assertEquals("[one, two, three]", promise.future().result().toString());
    }

    @Test
    void errorsAreThoseOfTheBatchAndWhatIsLostFailsIt() {
        List<PendingCommand> units = units("GET a", "GET b");
        reply(units.get(0), "one");
        units.get(1).onReply(ErrorType.create("WRONGTYPE no"));
        assertEquals("ERR [1] WRONGTYPE no", promise.future().cause().getMessage());
    }

    @Test
    void whatIsLostFailsTheBatchWhenAllHaveEnded() {
        List<PendingCommand> units = units("GET a", "GET b");
        IllegalStateException lost = new IllegalStateException("lost");
        units.get(0).fail(lost);
        assertFalse(promise.future().isComplete());
        reply(units.get(1), "two");
        assertSame(lost, promise.future().cause());
    }

    @Test
    void whatIsApartKeepsItsPlaceAndRunsElsewhere() {
        List<String> apart = new ArrayList<>();
        List<PendingCommand> running = new ArrayList<>();
        List<PendingCommand> units = units(new BatchUnits.Apart() {
            @Override
            public boolean isApart(int from, int to) {
                return from > 0;
            }

            @Override
            public void run(PendingCommand unit, int from, int to) {
                apart.add(from + ".." + to + ": " + text(unit));
                running.add(unit);
            }
        }, "GET a", "SET b 1", "MULTI", "INCR c", "EXEC");
        assertEquals(List.of(false, true, true), units.stream().map(PendingCommand::runsElsewhere).toList());
        List<String> ended = new ArrayList<>();
        units.get(1).beginElsewhere(() -> ended.add("SET"));
        units.get(2).beginElsewhere(() -> ended.add("MULTI"));
        assertEquals(List.of("1..2: set b 1", "2..5: multi incr c exec"), apart);
        assertTrue(running.stream().allMatch(PendingCommand::hasPlace));
        assertEquals(List.of(), ended);

        reply(running.get(1), "OK", "QUEUED", "[1]");
        reply(running.get(0), "OK");
        assertEquals(List.of("MULTI", "SET"), ended);
        assertFalse(promise.future().isComplete());
        reply(units.get(0), "one");
        assertEquals("[one, OK, OK, QUEUED, [1]]", promise.future().result().toString());
    }

    @Test
    void aDetourIsDividedIfItsKeysAreInSeveralSlots() {
        List<Request> several = Commands.requests("GET a", "GET b");
        List<Request> one = Commands.requests("GET {k}a", "GET {k}b");
        assertEquals(2, Commands.divided(detour(several)).size());
        assertEquals(List.of(), Commands.divided(detour(one)));
    }

    @Test
    void aDetourThatIsRefusedTellsItsKeys() {
        String message = CrossSlot.error("test", detour(Commands.requests("MULTI", "GET a", "GET b", "EXEC")),
                Commands.unasked(), "").getMessage();
        assertTrue(message.contains("'a'") && message.contains("'b'"), message);
    }

    private Detour detour(List<Request> requests) {
        return Detour.of(requests, report -> new BatchCommand(requests, promise, report), CommandReport.NONE, (unit, its) -> {
        });
    }

    @Test
    void aTransactionIsOnePiece() {
        List<PendingCommand> units = units("SET x 1", "MULTI", "INCR {k}a", "INCR {k}b", "EXEC", "GET y");
        PendingCommand block = assertInstanceOf(BlockCommand.class, units.get(1));
        assertEquals(3, units.size());
        assertEquals("multi incr {k}a incr {k}b exec", text(block));
        assertEquals(4, block.size());
        assertTrue(block.slot(Commands.unasked()) >= 0);
        assertEquals(Slot.SEVERAL, units("MULTI", "INCR a", "INCR b", "EXEC").get(0).slot(Commands.unasked()));

        reply(units.get(0), "OK");
        reply(units.get(2), "y");
        reply(block, "OK", "QUEUED", "QUEUED");
        block.onReply(MultiType.create(0, false));
        assertEquals("[OK, OK, QUEUED, QUEUED, [], y]", promise.future().result().toString());
        assertFalse(block.leftTrace());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            WATCH a;MULTI;INCR a;EXEC;GET b                  | 4 1
            WATCH a;WATCH b;MULTI;INCR a;EXEC;GET b          | 5 1
            WATCH a;GET a;UNWATCH;GET b                      | 3 1
            WATCH a;MULTI;UNWATCH;EXEC;GET b                 | 4 1
            WATCH a;MULTI;DISCARD;WATCH b;UNWATCH            | 3 2
            GET a;WATCH a;UNWATCH;MULTI;EXEC;UNWATCH;EXEC    | 1 2 2 1 1
            MULTI;WATCH a;EXEC;GET b                         | 3 1
            """)
    void nobodyGetsBetweenWatchedKeysAndTheirTransaction(String batch, String sizes) {
        assertEquals(sizes, units(batch.split(";")).stream().map(unit -> String.valueOf(unit.size()))
                .collect(Collectors.joining(" ")));
    }

    @Test
    void watchedKeysAndThoseOfTheirTransactionMustBeInOneSlot() {
        assertEquals(Slot.SEVERAL, units("WATCH a", "MULTI", "INCR b", "EXEC").get(0).slot(Commands.unasked()));
        assertEquals(Slot.SEVERAL, units("WATCH a", "GET b", "UNWATCH").get(0).slot(Commands.unasked()));
        assertTrue(units("WATCH {k}a", "MULTI", "INCR {k}b", "EXEC").get(0).slot(Commands.unasked()) >= 0);
    }

    @Test
    void aTransactionThatTheServerHasNotExecutedCanBeSentAgainWhenItIsOver() {
        PendingCommand block = units("MULTI", "INCR a", "EXEC").get(0);
        reply(block, "OK");
        assertFalse(block.isSingle());
        block.onReply(MOVED);
        assertTrue(block.isSingle());
        assertSame(MOVED, block.decisive(ABORTED));
        block.takeBack(ABORTED);
        assertFalse(block.isSingle());
        assertSame(ABORTED, block.decisive(ABORTED));
        reply(block, "OK", "QUEUED");
        assertSame(MOVED, block.decisive(MOVED));
        block.onReply(ABORTED);
        assertTrue(promise.future().cause().getMessage().contains("[2] EXECABORT"));
    }

    @Test
    void askingGoesInFrontAndItsReplyIsNobodys() {
        PendingCommand command = units("GET a").get(0);
        command.mustEndBy(System.nanoTime() + 1_000_000_000L);
        AskingCommand asking = new AskingCommand(command);
        assertEquals("asking get a", text(asking));
        assertEquals(2, asking.size());
        assertSame(command, asking.core());
        assertEquals(command.deadline(), asking.deadline());
        assertFalse(asking.isSingle() || asking.nextReplyIsLast());
        reply(asking, "OK");
        assertTrue(asking.isSingle() && asking.nextReplyIsLast());
        asking.takeBack(MOVED);
        assertFalse(asking.isSingle());
        reply(asking, "OK", "one");
        assertTrue(asking.isSettled() && command.isSettled());
        assertEquals("[one]", promise.future().result().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MULTI;INCR a;EXEC               | asking multi incr a exec                             | asked m i e
            WATCH a;MULTI;INCR a;EXEC       | asking watch a asking multi incr a exec              | asked w asked m i e
            WATCH a;GET a;MULTI;INCR a;EXEC | asking watch a asking get a asking multi incr a exec | asked w asked g asked m i e
            WATCH a;GET a;UNWATCH           | asking watch a asking get a asking unwatch           | asked w asked g asked u
            """)
    void askingHoldsForOneRequestOrATransaction(String batch, String sent, String replies) {
        AskingCommand asking = new AskingCommand(units(batch.split(";")).get(0));
        assertEquals(sent, text(asking));
        assertEquals(text(asking).length(), text(asking.core()).length() + 7 * (asking.size() - asking.core().size()));
        assertEquals(replies.split(" ").length, asking.size());
        reply(asking, "OK", "before it is taken back");
        asking.takeBack(MOVED);
        assertEquals(StateEffect.NONE, asking.nextEffect());
        reply(asking, replies.split(" "));
        assertTrue(asking.isSettled());
        assertEquals(List.of(replies.replace("asked ", "").split(" ")).toString(), promise.future().result().toString());
    }

    @Test
    void askingFailsWithItsCommand() {
        PendingCommand block = units("MULTI", "INCR a", "EXEC").get(0);
        AskingCommand asking = new AskingCommand(block);
        assertEquals("asking multi incr a exec", text(asking));
        IllegalStateException lost = new IllegalStateException("lost");
        asking.fail(lost);
        assertTrue(block.isSettled());
        assertSame(lost, promise.future().cause());
    }

    @Test
    void readsGoToReplicasIfTheBatchWritesNothing() {
        assertEquals(List.of(true, true), units("GET a", "MGET b c").stream().map(PendingCommand::mayReadCopy).toList());

        List<PendingCommand> units = units("GET a", "SET b 1", "MGET c d");
        assertEquals(List.of(false, false, false), units.stream().map(PendingCommand::mayReadCopy).toList());
        assertInstanceOf(PrimaryCommand.class, units.get(0));
        assertFalse(units.get(2).single().orElseThrow().part(units.get(2).part(0), 1, Promise.promise()).mayReadCopy());
    }
}
