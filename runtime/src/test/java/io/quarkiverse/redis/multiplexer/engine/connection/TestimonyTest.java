package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.connection.Testimony.Silent;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;

/** What counts as proof, by lines as Redis 7.0 and Valkey 8 write them. */
class TestimonyTest {

    /** Silent for 3 of its 10 seconds; a PING was answered before, an INCR and a GET are in flight. */
    private static final Silent CONNECTION = new Silent(10, 3, Set.of("ping", "incr", "get")::contains);

    private static final String IDLE = "id=7 addr=127.0.0.1:43492 laddr=127.0.0.1:6379 fd=13 name= age=10 idle=3 flags=N db=0 sub=0"
            + " psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=1800"
            + " events=r cmd=ping user=default redir=-1 resp=3";

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void theServerSays(String what, Testimony testimony, String line) {
        assertEquals(testimony, Testimony.of(answer(line), CONNECTION));
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of("nothing has arrived", Testimony.IDLE, IDLE),
                Arguments.of("all was executed, and the answers are lost", Testimony.IDLE, with("cmd=get", "idle=0")),
                Arguments.of("the answers pile up in front of a socket", Testimony.IDLE,
                        with("cmd=get", "oll=28", "omem=28050080", "events=rw")),
                Arguments.of("the end of a line", Testimony.IDLE, IDLE + "\n"),
                Arguments.of("more lines than were asked for", Testimony.IDLE,
                        IDLE.replace("id=7", "id=6") + "\n" + IDLE + "\n"),
                Arguments.of("a part of a request has arrived, and no more of it for long", Testimony.IDLE,
                        with("qbuf=2", "argv-mem=3")),
                Arguments.of("a request is arriving", Testimony.NOTHING, with("qbuf=10000000", "argv-mem=4", "idle=0")),
                Arguments.of("a request may be arriving", Testimony.NOTHING, with("argv-mem=3", "idle=1")),
                Arguments.of("it waits for the end of CLIENT PAUSE or of a failover", Testimony.BLOCKED,
                        with("flags=b", "cmd=incr", "qbuf=20", "argv-mem=5")),
                Arguments.of("it waits in a transaction", Testimony.BLOCKED, with("flags=xb", "cmd=incr", "multi=0")),
                Arguments.of("it has just been unblocked", Testimony.NOTHING, with("flags=u", "cmd=incr")),
                Arguments.of("it does not know the connection", Testimony.UNKNOWN, ""),
                Arguments.of("it does not know the connection, and ends the line", Testimony.UNKNOWN, "\r\n"),
                Arguments.of("something about another connection", Testimony.NOTHING, with("id=70")),
                Arguments.of("it is a newer connection", Testimony.NOTHING, with("age=5")),
                Arguments.of("it is an older connection", Testimony.NOTHING, with("age=13")),
                Arguments.of("the clocks are not quite the same", Testimony.IDLE, with("age=12", "idle=5")),
                Arguments.of("it was silent before ours was", Testimony.NOTHING, with("idle=6")),
                Arguments.of("a command that we did not send", Testimony.NOTHING, with("cmd=set")),
                Arguments.of("a blocked command that we did not send", Testimony.NOTHING, with("flags=b", "cmd=blpop")),
                Arguments.of("no command", Testimony.NOTHING, with("cmd=")),
                Arguments.of("a number that is none", Testimony.NOTHING, with("idle=-1")),
                Arguments.of("a number that is too large", Testimony.NOTHING, with("age=99999999999999999999")),
                Arguments.of("a proxy's own idea of a line", Testimony.NOTHING, "id=7 age=10 idle=3 flags=N cmd=ping"),
                Arguments.of("a proxy's word that it waits", Testimony.BLOCKED, "id=7 age=10 idle=3 flags=b cmd=ping"),
                Arguments.of("anything else", Testimony.NOTHING, "OK"));
    }

    /** No server writes a line without them; what pretends to be one may. */
    @ParameterizedTest
    @ValueSource(strings = { "id", "age", "idle", "flags", "qbuf", "argv-mem", "cmd" })
    void aLineThatLacksAnythingProvesNothing(String field) {
        String without = IDLE.replaceFirst("(^| )" + field + "=[^ ]*", "").strip();
        assertEquals(Testimony.NOTHING, Testimony.of(answer(without), CONNECTION));
    }

    @Test
    void aReplyThatIsNoTextProvesNothing() {
        for (Response reply : new Response[] { null, MultiType.EMPTY_MULTI }) {
            assertEquals(Testimony.NOTHING, Testimony.of(ClientInfo.of(reply, "7"), CONNECTION));
        }
    }

    @Test
    void aCommandIsNamedWithoutItsSubcommand() {
        assertEquals("config", answer(with("cmd=config|set")).command());
    }

    private static ClientInfo answer(String text) {
        return ClientInfo.of(BulkType.create(Buffer.buffer(text), false), "7");
    }

    private static String with(String... changes) {
        String line = IDLE;
        for (String change : changes) {
            String field = change.substring(0, change.indexOf('=') + 1);
            line = line.replaceFirst("(?<=^| )" + field + "[^ ]*", change);
        }
        return line;
    }
}
