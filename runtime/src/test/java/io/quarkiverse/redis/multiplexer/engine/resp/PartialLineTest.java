package io.quarkiverse.redis.multiplexer.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;

class PartialLineTest {

    private final PartialLine line = new PartialLine();

    @Test
    void aLineThatComesInPiecesIsPutTogether() throws Exception {
        String wire = "+a line\r\n";
        for (int cut = 1; cut < wire.length(); cut++) {
            line.begin((byte) '+', Deliveries.chunk(wire.substring(0, cut)));
            assertTrue(line.isBegun());
            ByteBuf rest = Deliveries.chunk(wire.substring(cut) + "+next\r\n");

            assertTrue(line.continueFrom(rest));
            assertEquals(wire, text());
            assertEquals("+next\r\n", rest.toString(StandardCharsets.US_ASCII));
            line.forget();
            assertFalse(line.isBegun());
        }
    }

    @Test
    void itIsIncompleteUntilItsEndHasCome() throws Exception {
        line.begin((byte) '+', Deliveries.chunk("+a"));

        assertFalse(line.continueFrom(Deliveries.chunk("b")));
        assertFalse(line.continueFrom(Deliveries.chunk("c\r")));
        assertTrue(line.continueFrom(Deliveries.chunk("\n")));
        assertEquals("+abc\r\n", text());
    }

    @Test
    void aLongLineTakesMemoryAndGivesItBack() throws Exception {
        line.begin((byte) '+', Deliveries.chunk("+"));
        for (int i = 0; i < 100; i++) {
            assertFalse(line.continueFrom(Deliveries.chunk("x".repeat(1000))));
        }
        assertTrue(line.continueFrom(Deliveries.chunk("\r\n")));
        assertEquals(1 + 100_000 + 2, line.bytes().readableBytes());

        line.forget();
        assertTrue(line.bytes().capacity() < 100);
    }

    @Test
    void whatIsTooLongIsSkippedAndNothingOfItTaken() throws Exception {
        String most = "+" + "x".repeat(Lines.MAX_TEXT);
        line.begin((byte) '+', Deliveries.chunk(most));
        ByteBuf more = Deliveries.chunk("xxx");

        assertThrows(SkippedReplyException.class, () -> line.continueFrom(more));
        assertEquals(3, more.readableBytes());
        assertEquals(most.length(), line.bytes().readableBytes());
    }

    @Test
    void aNumberThatIsTooLongIsSkippedAtOnce() {
        ByteBuf in = Deliveries.chunk(":" + "1".repeat(Lines.MAX_NUMBER + 3));

        assertThrows(SkippedReplyException.class, () -> line.begin((byte) ':', in));
        assertFalse(line.isBegun());
    }

    @Test
    void anAnnouncementFindsRoomHoweverItIsCut() throws Exception {
        String wire = "$" + "0".repeat(Lines.MAX_NUMBER - 1) + "5\r\n";
        for (int cut = 1; cut < wire.length(); cut++) {
            line.beginAnnouncement((byte) '$', Deliveries.chunk(wire.substring(0, cut)));
            assertTrue(line.continueFrom(Deliveries.chunk(wire.substring(cut))));
            assertEquals(wire, text());
            line.forget();
        }
    }

    @Test
    void anAnnouncementThatIsTooLongCannotBeRead() {
        assertThrows(RespException.class,
                () -> line.beginAnnouncement((byte) '$', Deliveries.chunk("$" + "1".repeat(Lines.MAX_NUMBER + 3))));
        assertThrows(RespException.class, () -> line.beginAnnouncement((byte) 'x', Deliveries.chunk("x1")));
    }

    private String text() {
        return line.bytes().toString(StandardCharsets.US_ASCII);
    }
}
