package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;

/** {@link KeptCommands}, as commands and as requests. */
class KeptCommandsTest extends TransactionByHand {

    private static final byte[] EXEC = RespEncoder.encode(Commands.request("exec"));

    private final KeptCommands kept = new KeptCommands(bytes, true);
    private final List<Object> told = new ArrayList<>();
    private final BlockCommand.Results results = new BlockCommand.Results() {
        @Override
        public void replied(List<Object> replies) {
            told.addAll(replies);
        }

        @Override
        public void failed(Throwable cause) {
            told.add(cause.getMessage());
        }
    };

    @Test
    void bothWaysToAddGiveTheSame() {
        kept.begin();
        assertTrue(kept.add(command("MULTI"), Commands.requests("MULTI")));
        assertTrue(kept.add(command("SET a 1"), Commands.requests("SET a 1")));
        PendingCommand made = kept.executed(EXEC, results);
        long left = left();
        kept.forget();
        assertEquals(BUDGET, left());

        kept.begin();
        assertTrue(add("MULTI"));
        assertTrue(add("SET a 1"));
        PendingCommand encoded = kept.executed(EXEC, results);
        assertEquals(left, left());
        assertEquals(text(made), text(encoded));
        assertEquals("multi set a 1 exec", text(encoded));
        assertEquals(made.name(), encoded.name());
        assertEquals(made.bytes(), encoded.bytes());
        assertEquals(Commands.slot(made), Commands.slot(encoded));
    }

    @Test
    void aMultiIsEncodedAsItsCallerHasNamedIt() {
        kept.begin();
        add("multi");
        assertEquals("multi", text(kept.begun(1, results)));
        kept.begin();
        Request request = Commands.request("MULTI");
        kept.add(CommandSpec.of(request), request, RequestSize.of(request));
        assertEquals(request.command().toString(), text(kept.begun(1, results)));
    }

    @Test
    void whatCallersDoWithTheirArgumentsLaterChangesNothing() {
        byte[] value = "value".getBytes();
        Request request = Commands.request("SET a").arg(value);
        kept.begin();
        add("MULTI");
        kept.add(CommandSpec.of(request), request, RequestSize.of(request));
        value[0] = '!';
        assertEquals("multi set a value exec", text(kept.executed(EXEC, results)));
    }

    @Test
    void repliesAreThoseOfAllAndEffectsThoseOfTheFirstAndTheLast() {
        kept.begin();
        add("MULTI");
        kept.add(new BatchCommand(Commands.requests("GET a", "GET b"), Promise.promise(), CommandReport.NONE),
                Commands.requests("GET a", "GET b"));
        assertEquals(3, kept.specs().size());
        PendingCommand all = kept.executed(EXEC, results);
        List<StateEffect> effects = new ArrayList<>();
        for (String reply : List.of("OK", "QUEUED", "QUEUED", "[]")) {
            effects.add(all.nextEffect());
            reply(all, reply);
        }
        assertEquals(List.of(StateEffect.MULTI, StateEffect.NONE, StateEffect.NONE, StateEffect.EXEC), effects);
        assertEquals("[OK, QUEUED, QUEUED, []]", told.toString());
    }

    @Test
    void theBeginningIsMultiOrAll() {
        kept.begin();
        add("MULTI");
        add("GET a");
        assertEquals("multi", text(kept.begun(1, results)));
        assertEquals("multi get a", text(kept.begun(2, results)));
        assertEquals("exec", KeptCommands.end(EXEC, results).name());
    }

    @Test
    void itsPlaceIsThatOfTheFirstWithAKey() {
        List<Request> next = Commands.requests("BLPOP c 1");
        kept.begin();
        add("MULTI");
        add("PING");
        assertSame(next, kept.placing(next));
        add("GET a");
        add("GET b");
        assertEquals("a", firstArgument(kept.placing(next)));
        kept.forget();
        assertSame(next, kept.placing(next));

        KeptCommands anywhere = new KeptCommands(bytes, false);
        anywhere.begin();
        Request get = Commands.request("GET a");
        anywhere.add(CommandSpec.of(get), get, RequestSize.of(get));
        assertSame(next, anywhere.placing(next), "There is one place only");
    }

    @Test
    void whatHasNoRoomIsNotAdded() {
        kept.begin();
        String large = "SET a " + "x".repeat((int) BUDGET);
        assertFalse(add(large));
        assertFalse(kept.add(command(large), Commands.requests(large)));
        assertEquals(List.of(), kept.specs());
        assertEquals(BUDGET, left());
    }

    @Test
    void bytesAreReservedForSeveralAtOnceAsLongAsThereIsRoom() {
        kept.begin();
        add("MULTI");
        long left = left();
        add("GET a");
        assertEquals(left, left());
        for (int i = 0; i < 10; i++) {
            add("GET a");
        }
        assertTrue(left() < left);
        kept.forget();
        assertEquals(BUDGET, left());

        bytes.reserve(BUDGET - 600);
        kept.begin();
        assertTrue(add("MULTI") && add("GET a"));
        assertFalse(add("GET a"));
        assertTrue(left() < 100);
        kept.forget();
        assertEquals(600, left());
    }

    @Test
    void bytesAreHandedOverToTheCommandThatIsLeft() {
        kept.begin();
        add("MULTI");
        add("GET a");
        PendingCommand exec = exec();
        bytes.reserve(exec.bytes());
        PendingCommand all = kept.executed(exec.part(0), results);
        kept.handOver(exec.bytes(), all);
        assertEquals(BUDGET - all.bytes(), left());
        kept.forget();
        all.fail(new IllegalStateException("lost"));
        assertEquals(BUDGET, left());
        assertEquals(List.of("lost"), told);
    }

    private boolean add(String words) {
        Request request = Commands.request(words);
        return kept.add(CommandSpec.of(request), request, RequestSize.of(request));
    }
}
