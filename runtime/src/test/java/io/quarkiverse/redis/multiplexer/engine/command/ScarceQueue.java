package io.quarkiverse.redis.multiplexer.engine.command;

import java.lang.reflect.Field;

/** Has a {@link CommandQueue} fail as it does where there is no memory for a larger ring. */
public final class ScarceQueue {

    private ScarceQueue() {
    }

    /** Does something while nothing can be added to the queue, which has its commands again afterwards. */
    public static void during(CommandQueue queue, Runnable action) throws ReflectiveOperationException {
        Field ring = CommandQueue.class.getDeclaredField("ring");
        ring.setAccessible(true);
        Object commands = ring.get(queue);
        ring.set(queue, null);
        try {
            action.run();
        } finally {
            ring.set(queue, commands);
        }
    }

    /** The same for the queue in a field. */
    public static void during(Object owner, String field, Runnable action) throws ReflectiveOperationException {
        Field queue = owner.getClass().getDeclaredField(field);
        queue.setAccessible(true);
        during((CommandQueue) queue.get(owner), action);
    }
}
