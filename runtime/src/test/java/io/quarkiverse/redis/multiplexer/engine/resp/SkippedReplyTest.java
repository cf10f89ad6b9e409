package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.netty.buffer.ByteBuf;

/**
 * A reply that is RESP, and more than {@link RespDecoder} holds, or makes no sense: it is skipped in its place, and no other
 * one is touched.
 */
class SkippedReplyTest {

    /** So small that little is needed to go beyond them. */
    private static final ReplyLimits LIMITS = new ReplyLimits(4, 100, 20, 10_000);

    @ParameterizedTest
    @ValueSource(strings = { ":", ":-", ":+", ":1a", ":1-", ": 1", ":1 ", ":9223372036854775808", ":-9223372036854775809",
            ":99999999999999999999", ":1.0", ",", ",x", ",1.5f", ",1d", ",1e", ",--1", ",0x", ",na", ",nanx", ",nan(", ",infi",
            ",1.#", ",1,5", "(", "(1.5", "(x", "(--5", "#", "#true", "#x", "#T", "=3;txt", "=0;", "=4;text" })
    void aValueThatMakesNoSenseCostsItsOwnReplyOnly(String value) throws RespException {
        for (String around : new String[] { "%s;", "*2;%s;$3;foo;", "%%1;+key;%s;", "*1;%%1;%s;~2;_;+x;", "*3;*1;:1;%s;#x;" }) {
            assertSkippedHoweverItIsCut(around.formatted(value), "it has a");
        }
        // Of an attribute nothing is kept.
        assertEquals(List.of("Long 42"), Deliveries.of(wire("|1;+a;" + value + ";:42;")).texts());
    }

    @ParameterizedTest
    @CsvSource({ "$101, 'it has a bulk string of 101 bytes, and the limit is 100'", "=101, it has a bulk string of 101 bytes",
            "!101, it has a bulk string of 101 bytes" })
    void aBulkStringBeyondTheLimitIsSkipped(String header, String reason) throws RespException {
        String value = header + ";" + "x".repeat(101) + ";";
        assertSkippedHoweverItIsCut(value, reason);
        assertSkippedHoweverItIsCut("*3;:1;" + value + "+x;", reason);
        assertSkippedHoweverItIsCut("%2;" + value + ":1;+k;" + value, reason);
        assertSkippedHoweverItIsCut("*2;#x;" + value, "it has a boolean");
    }

    @ParameterizedTest
    @CsvSource({ "*, 21, 21", "~, 21, 21", "%, 11, 22" })
    void anAggregateBeyondTheLimitIsSkipped(char type, int announced, int elements) throws RespException {
        String reason = "it has an aggregate of " + elements + " elements, and the limit is 20";
        String value = type + "" + announced + ";" + ":1;*1;$1;x;".repeat(elements / 2) + "_;".repeat(elements % 2);
        assertSkippedHoweverItIsCut(value, reason);
        assertSkippedHoweverItIsCut("*2;" + value + "+x;", reason);
        assertSkippedHoweverItIsCut("%1;" + value + value, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = { "*1;*1;*1;*1;*1;_;", "*2;*2;*2;*2;*2;_;_;_;_;_;_;", "%1;%1;%1;%1;%1;_;_;_;_;_;_;",
            "*1;*1;*1;*1;~1;*3;%1;+a;$3;foo;*0;$-1;", "*2;+a;*2;+b;*2;+c;*2;+d;*2;+e;*1;+f;" })
    void nestingBeyondTheLimitIsSkipped(String value) throws RespException {
        assertSkippedHoweverItIsCut(value, "it nests deeper than 4 (quarkus.redis.max-nested-arrays)");
    }

    /** Each is small, and all of them together are not. */
    @ParameterizedTest
    @ValueSource(strings = { "$90;" + NINETY + ";", "+" + NINETY + ";", "*1;_;", "%1;+" + NINETY + ";_;", ":12345;",
            "*3;:1;:2;:3;" })
    void aReplyThatTakesMoreMemoryThanOneMayIsSkipped(String element) throws RespException {
        ReplyLimits limits = new ReplyLimits(4, 100, 1000, 10_000);
        String value = "*200;" + element.repeat(200);
        Deliveries deliveries = decode(limits, wire(":1;" + value + ":2;"), 50);
        assertEquals(
                List.of("Long 1", "skipped: it is large, and one reply may take 10000 bytes, which is half of the heap (-Xmx)",
                        "Long 2"),
                deliveries.texts());
        // The next one starts anew.
        String half = "*30;" + element.repeat(30);
        assertEquals(3,
                decode(limits, wire(half.repeat(3)), 50).texts().stream().filter(text -> text.startsWith("multi")).count());
    }

    private static final String NINETY = "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

    /** It need not even be tried. */
    @Test
    void whatAnnouncesMoreThanHalfOfTheHeapIsNotBegun() throws RespException {
        ReplyLimits limits = new ReplyLimits(4, 1 << 30, 1 << 28, 1000);
        Deliveries deliveries = decode(limits, wire("$1001;" + "x".repeat(1001) + ";*251;" + "_;".repeat(251) + ":1;"), 10_000);
        assertEquals(List.of("skipped: it has a bulk string of 1001 bytes, and one reply may take 1000 bytes, which is half of"
                + " the heap (-Xmx)",
                "skipped: it has an aggregate of 251 elements, and one reply may take 1000 bytes, which is half"
                        + " of the heap (-Xmx)",
                "Long 1"), deliveries.texts());
    }

    @ParameterizedTest
    @ValueSource(strings = { ">2;+message;#x;", ">2;#x;+message;", ">21;" + "_;_;_;_;_;_;_;_;_;_;_;_;_;_;_;_;_;_;_;_;_;",
            ">1;*1;*1;*1;*1;_;", ">2;$101;" + NINETY + "01234567890;_;", ">1;=3;txt;" })
    void aPushIsSkippedForNobody(String push) throws RespException {
        String wire = wire(":1;" + push + ":2;*1;" + ":3;" + push + ">1;+x;");
        for (int chunk = 1; chunk <= wire.length(); chunk++) {
            List<String> texts = decode(LIMITS, wire, chunk).texts();
            assertEquals(6, texts.size(), texts::toString);
            assertEquals(List.of("Long 1", "Long 2", "multi [Long 3]", "out of band: push [simple x]"),
                    texts.stream().filter(text -> !text.startsWith("skipped out of band: it ")).toList());
            assertTrue(texts.get(1).startsWith("skipped out of band: "), texts::toString);
            assertTrue(texts.get(4).startsWith("skipped out of band: "), texts::toString);
        }
    }

    @Test
    void itIsKnownWhetherAReplyHasBegun() throws RespException {
        RespDecoder decoder = new RespDecoder(LIMITS, new Deliveries());
        String[] wires = { "#x", "*2;#x;", "$101;abc", "*1;*1;*1;*1;*1;*1;", "|1;", "|1;$3;f", ">2;#x;", ">2;*1;#x;$",
                "*2;:1;#x;$3;f" };
        boolean[] begun = { false, true, true, true, false, false, false, false, true };
        for (int i = 0; i < wires.length; i++) {
            decoder = new RespDecoder(LIMITS, new Deliveries());
            decoder.decode(Deliveries.chunk(wire(wires[i])));
            assertEquals(begun[i], decoder.isInReply(), wires[i]);
            assertEquals(false, new RespDecoder(LIMITS, new Deliveries()).isInReply());
        }
    }

    /** Random replies and pushes, of which some are poisonous, cut at random: each other one arrives, in its place. */
    @Test
    void whateverIsSkippedAllElseArrivesInItsPlace() throws RespException {
        int skipped = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            RandomReplies replies = new RandomReplies(new SplittableRandom(seed), LIMITS);
            List<String> expected = new ArrayList<>();
            StringBuilder wire = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                RandomReplies.Item item = replies.next();
                wire.append(item.wire());
                expected.add(item.poisonous() ? item.push() ? "skipped push" : "skipped" : textOf(item.wire()));
                skipped += item.poisonous() ? 1 : 0;
            }
            SplittableRandom cuts = new SplittableRandom(seed);
            for (int round = 0; round < 4; round++) {
                assertEquals(expected, outcome(wire.toString(), round, cuts), () -> "seed with " + wire);
            }
        }
        assertTrue(skipped > 5_000 && skipped < 25_000, "Both happen: " + skipped);
    }

    @Test
    void whateverIsSkippedMayBeCutAnywhere() throws RespException {
        for (int seed = 0; seed < 100; seed++) {
            RandomReplies replies = new RandomReplies(new SplittableRandom(seed), LIMITS);
            String wire = replies.next().wire() + replies.poisonous().wire() + replies.next().wire();
            List<String> whole = decode(LIMITS, wire, wire.length()).texts();
            assertEquals(3, whole.size(), wire);
            for (int cut = 1; cut < wire.length(); cut++) {
                Deliveries deliveries = new Deliveries();
                RespDecoder decoder = new RespDecoder(LIMITS, deliveries);
                decoder.decode(Deliveries.chunk(wire.substring(0, cut)));
                decoder.decode(Deliveries.chunk(wire.substring(cut)));
                assertEquals(whole, deliveries.texts(), wire);
            }
        }
    }

    private static List<String> outcome(String wire, int round, SplittableRandom random) throws RespException {
        Deliveries deliveries = new Deliveries();
        RespDecoder decoder = new RespDecoder(LIMITS, deliveries);
        ByteBuf bytes = Deliveries.chunk(wire);
        while (bytes.isReadable()) {
            int chunk = round == 0 ? wire.length() : round == 1 ? 1 : 1 + random.nextInt(round == 2 ? 8 : 200);
            decoder.decode(bytes.readSlice(Math.min(chunk, bytes.readableBytes())));
        }
        return deliveries.texts().stream().map(text -> text.startsWith("skipped out") ? "skipped push"
                : text.startsWith("skipped") ? "skipped" : text).toList();
    }

    private static String textOf(String wire) throws RespException {
        List<String> texts = Deliveries.of(wire).texts();
        assertEquals(1, texts.size(), wire);
        return texts.get(0);
    }

    private static void assertSkippedHoweverItIsCut(String value, String reason) throws RespException {
        String wire = wire(":1;" + value + "+next;");
        for (int chunk = 1; chunk <= wire.length(); chunk++) {
            List<String> texts = decode(LIMITS, wire, chunk).texts();
            assertEquals(3, texts.size(), () -> texts + " for " + value);
            assertEquals("Long 1", texts.get(0));
            assertTrue(texts.get(1).startsWith("skipped: " + reason), texts::toString);
            assertEquals("simple next", texts.get(2));
        }
    }

    private static Deliveries decode(ReplyLimits limits, String wire, int chunkSize) throws RespException {
        Deliveries deliveries = new Deliveries();
        RespDecoder decoder = new RespDecoder(limits, deliveries);
        ByteBuf bytes = Deliveries.chunk(wire);
        while (bytes.isReadable()) {
            decoder.decode(bytes.readSlice(Math.min(chunkSize, bytes.readableBytes())));
        }
        decoder.close();
        return deliveries;
    }

    /** One char per byte, and a semicolon for a line end. */
    private static String wire(String text) {
        return text.replace(";", "\r\n");
    }
}
