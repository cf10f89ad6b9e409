package io.quarkiverse.redis.multiplexer.runtime.devui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

/** {@link LongReplies}. */
class LongRepliesTest {

    private final LongReplies replies = new LongReplies(10, 60);

    @Test
    void whatIsShortIsOnePart() {
        assertEquals(new ReplyPart("", "", 0), replies.first(""));
        assertEquals(new ReplyPart("0123456789", "", 0), replies.first("0123456789"));
    }

    @Test
    void whatIsLongComesInPartsAndAllOfIt() {
        String reply = "x".repeat(45);
        ReplyPart part = replies.first(reply);
        StringBuilder all = new StringBuilder(part.text());
        int parts = 1;
        while (!part.next().isEmpty()) {
            assertEquals(45 - all.length(), part.left());
            assertEquals(10, part.text().length());
            part = replies.next(part.next());
            all.append(part.text());
            parts++;
        }
        assertEquals(reply, all.toString());
        assertEquals(5, parts);
        assertEquals(0, part.left());
    }

    @Test
    void aPartCanBeAskedForAgain() {
        ReplyPart first = replies.first("0123456789abcde");
        assertEquals("abcde", replies.next(first.next()).text());
        assertEquals("abcde", replies.next(first.next()).text());
    }

    @Test
    void aPartEndsWithALineIfThatIsNotTooShort() {
        assertEquals("1) aa\n2)\n", replies.first("1) aa\n2)\nbbbbbbbbbbb").text());
        assertEquals("1)\nbbbbbbb", replies.first("1)\nbbbbbbbbbbbbbbb").text());
    }

    @Test
    void noPartEndsWithinACharacter() {
        String reply = "a" + "\uD83D\uDE00".repeat(10);
        ReplyPart first = replies.first(reply);
        assertEquals(9, first.text().length());
        assertEquals(reply, first.text() + replies.next(first.next()).text() + "\uD83D\uDE00".repeat(1));
    }

    @Test
    void theOldestAreForgottenWhenThereIsNoRoomForAll() {
        String next = replies.first("x".repeat(40)).next();
        assertTrue(replies.next(next).left() > 0);
        String other = replies.first("y".repeat(30)).next();
        assertTrue(assertThrows(IllegalArgumentException.class, () -> replies.next(next)).getMessage().contains("not kept"));
        assertEquals("y".repeat(10), replies.next(other).text());
    }

    @Test
    void whatDoesNotFitAtAllIsShownInPart() {
        assertEquals(new ReplyPart("z".repeat(10), "", 90), replies.first("z".repeat(100)));
    }

    @Test
    void linesStayInOrder() {
        String reply = IntStream.range(0, 10).mapToObj(i -> i + ") a").collect(Collectors.joining("\n"));
        ReplyPart part = replies.first(reply);
        StringBuilder all = new StringBuilder(part.text());
        while (!part.next().isEmpty()) {
            part = replies.next(part.next());
            all.append(part.text());
        }
        assertEquals(reply, all.toString());
    }
}
