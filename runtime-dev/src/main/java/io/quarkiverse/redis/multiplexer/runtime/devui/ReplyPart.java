package io.quarkiverse.redis.multiplexer.runtime.devui;

/**
 * A part of a reply, as text.
 *
 * @param next what to ask for the part behind it; empty if there is none, or it is not kept
 * @param left how many characters are behind it
 */
public record ReplyPart(String text, String next, int left) {
}
