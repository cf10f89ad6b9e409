package io.quarkiverse.redis.multiplexer.engine.resp;

import java.util.Arrays;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.Multi;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.PushType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/**
 * An array, set, map or push whose elements are still arriving. What the peer announces is not believed: beyond
 * {@value #PREALLOCATED} elements, memory grows with what has arrived.
 */
final class Aggregate {

    static final int PREALLOCATED = 1024;

    private byte type;
    private int expected;
    private int filled;
    /** The reply itself, filled directly, where the announced size is small. */
    private Multi target;
    /** The elements so far, where the announced size is large. */
    private Response[] elements;

    /** @param expected how many elements follow; a map's keys and values count apart */
    void begin(byte type, int expected) {
        this.type = type;
        this.expected = expected;
        this.filled = 0;
        if (expected <= PREALLOCATED) {
            target = newTarget();
        } else {
            elements = new Response[PREALLOCATED];
        }
    }

    /** An element counts when it has been added: not if memory runs out. @return whether that was the last element */
    boolean add(Response element) {
        Response actual = type == '%' && (filled & 1) == 0 ? asKey(element) : element;
        if (target != null) {
            target.add(actual);
        } else {
            if (filled == elements.length) {
                elements = Arrays.copyOf(elements, (int) Math.min(expected, elements.length * 2L));
            }
            elements[filled] = actual;
        }
        return ++filled == expected;
    }

    boolean isPush() {
        return type == '>';
    }

    /** How many elements come after the one that is being read. */
    int following() {
        return expected - filled - 1;
    }

    /** The complete reply. Forgets it, so that a long-lived decoder holds on to nothing. */
    Response finish() {
        Multi result = target;
        if (result == null) {
            result = newTarget();
            for (Response element : elements) {
                result.add(element);
            }
        }
        clear();
        return result;
    }

    void clear() {
        target = null;
        elements = null;
    }

    private Multi newTarget() {
        return switch (type) {
            case '>' -> PushType.create(expected);
            case '%' -> MultiType.create(expected / 2, true);
            default -> MultiType.create(expected, false);
        };
    }

    /** Vert.x maps have string keys and refuse all others; modules may send numbers, booleans or nulls as keys. */
    private static Response asKey(Response key) {
        if (key != null && (key.type() == ResponseType.BULK || key.type() == ResponseType.SIMPLE)) {
            return key;
        }
        return SimpleStringType.create(String.valueOf(key));
    }
}
