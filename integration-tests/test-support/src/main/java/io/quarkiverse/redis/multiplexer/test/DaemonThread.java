package io.quarkiverse.redis.multiplexer.test;

/** Threads that do not keep the JVM of a test alive. */
public final class DaemonThread {

    private DaemonThread() {
    }

    public static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
