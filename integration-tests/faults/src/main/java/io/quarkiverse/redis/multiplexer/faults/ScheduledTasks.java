package io.quarkiverse.redis.multiplexer.faults;

import java.lang.reflect.Field;
import java.util.Collection;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.EventExecutor;

/** What an event loop is to do later. By reflection: Netty keeps it to itself. */
final class ScheduledTasks {

    private ScheduledTasks() {
    }

    static int of(EventExecutor loop) {
        return loop.submit(() -> {
            Field queue = AbstractScheduledEventExecutor.class.getDeclaredField("scheduledTaskQueue");
            queue.setAccessible(true);
            Collection<?> tasks = (Collection<?>) queue.get(loop);
            return tasks == null ? 0 : tasks.size();
        }).syncUninterruptibly().getNow();
    }
}
