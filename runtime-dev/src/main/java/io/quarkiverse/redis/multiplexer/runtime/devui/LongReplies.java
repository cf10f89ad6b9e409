package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Replies as text, part by part: a browser takes long to show one of many megabytes, and few people want to read all of it. The
 * latest of those that have more than one part are kept, as far as there is room.
 * <p>
 * Thread-safe.
 */
final class LongReplies {

    private final int partLength;
    private final long room;
    private final Map<Integer, String> kept = new LinkedHashMap<>();
    private int latest;

    /**
     * @param partLength how many characters a part has at most
     * @param room how many characters are kept at most
     */
    LongReplies(int partLength, long room) {
        this.partLength = partLength;
        this.room = room;
    }

    /** The first part of a reply. */
    synchronized ReplyPart first(String reply) {
        if (reply.length() <= partLength) {
            return new ReplyPart(reply, "", 0);
        }
        if (reply.length() > room) {
            int end = end(reply, 0);
            return new ReplyPart(reply.substring(0, end), "", reply.length() - end);
        }
        kept.put(++latest, reply);
        makeRoom();
        return part(latest, 0);
    }

    private void makeRoom() {
        long length = kept.values().stream().mapToLong(String::length).sum();
        for (Iterator<String> oldest = kept.values().iterator(); length > room;) {
            length -= oldest.next().length();
            oldest.remove();
        }
    }

    /**
     * The part that {@code next} of the one before it stands for.
     *
     * @throws IllegalArgumentException if the reply is not kept any more
     */
    synchronized ReplyPart next(String next) {
        String[] place = next.split(":", 2);
        int number = Integer.parseInt(place[0]);
        if (!kept.containsKey(number)) {
            throw new IllegalArgumentException("The rest of this reply is not kept any more: run the command again");
        }
        return part(number, Integer.parseInt(place[1]));
    }

    private ReplyPart part(int number, int begin) {
        String reply = kept.get(number);
        int end = end(reply, begin);
        return new ReplyPart(reply.substring(begin, end), end == reply.length() ? "" : number + ":" + end,
                reply.length() - end);
    }

    /** Behind a line, if there is one that ends late enough, and not within a character. */
    private int end(String reply, int begin) {
        int end = Math.min(begin + partLength, reply.length());
        if (end == reply.length()) {
            return end;
        }
        int line = reply.lastIndexOf('\n', end - 1) + 1;
        if (line > begin + partLength / 2) {
            return line;
        }
        return Character.isHighSurrogate(reply.charAt(end - 1)) ? end - 1 : end;
    }
}
