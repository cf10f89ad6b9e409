package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/**
 * The slots of a <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">cluster</a>: every key
 * belongs to one. Only what is between the first {@code {} and the first <code>}</code> behind it counts, if it is not empty.
 * Allocates nothing.
 */
public final class Slot {

    public static final int COUNT = 16384;

    /** Of what has no key: it may run anywhere, or everywhere. */
    public static final int NONE = -1;
    /** Of what has keys in several slots. */
    public static final int SEVERAL = -2;
    /** Of what has keys that nobody here knows. */
    public static final int UNKNOWN = -3;

    /** Of what is asked of one node, whatever slots that has. */
    public static final int OF_NODE = -4;

    /** CRC16 as of XMODEM: polynomial 0x1021, from 0, not reflected. */
    private static final char[] CRC16 = new char[256];

    static {
        for (int i = 0; i < CRC16.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
            CRC16[i] = (char) crc;
        }
    }

    private Slot() {
    }

    /** @param from where the key begins in {@code bytes}, and {@code to}, behind its end */
    public static int of(byte[] bytes, int from, int to) {
        int open = indexOf('{', bytes, from, to);
        int close = open < 0 ? -1 : indexOf('}', bytes, open + 1, to);
        return close > open + 1 ? crc16(bytes, open + 1, close) % COUNT : crc16(bytes, from, to) % COUNT;
    }

    /**
     * The slot of the keys of requests that have not become commands yet, and are not encoded for that.
     *
     * @param commands what the server has told
     * @return {@link #NONE}, {@link #SEVERAL} or {@link #UNKNOWN} where there is no such slot
     */
    public static int of(List<Request> requests, ServerCommands commands) {
        int slot = NONE;
        for (Request request : requests) {
            KeyPositions positions = commands.placing(CommandSpec.of(request));
            slot = positions.areTold() && slot != UNKNOWN
                    ? positions.fold(RequestAccess.arguments(request), slot, Slot::andKey)
                    : UNKNOWN;
        }
        return slot;
    }

    /**
     * The slot of some keys and those of a request.
     *
     * @param slot of the keys before, or {@link #NONE}, {@link #SEVERAL} or {@link #UNKNOWN}
     * @param bytes requests, as they were encoded
     * @param request where this one begins
     */
    static int and(int slot, KeyPositions positions, byte[] bytes, int request) {
        return positions.areTold() && slot != UNKNOWN ? positions.fold(bytes, request, slot, Slot::andKey) : UNKNOWN;
    }

    private static int andKey(int slot, byte[] bytes, int from, int to) {
        int other = of(bytes, from, to);
        return slot == NONE || slot == other ? other : SEVERAL;
    }

    static int crc16(byte[] bytes, int from, int to) {
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc = (crc << 8 ^ CRC16[(crc >> 8 ^ bytes[i]) & 0xFF]) & 0xFFFF;
        }
        return crc;
    }

    private static int indexOf(char wanted, byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
