package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.vertx.redis.client.Response;

/** A user of a kept connection that remembers what it is told, and throws if it is to. */
class RecordingUser implements ConnectionUser {

    final List<String> events = new CopyOnWriteArrayList<>();
    volatile int ticks;
    volatile boolean quiet = true;
    volatile boolean needs;
    volatile AssertionError thrown;
    volatile Runnable onLost = () -> {
    };
    /** Run when it is asked whether it is quiet. */
    volatile Runnable onAsked = () -> {
    };

    private void record(String event) {
        events.add(event);
        fail();
    }

    private void fail() {
        if (thrown != null) {
            throw thrown;
        }
    }

    @Override
    public void onState(ConnectionState state) {
        record(state.name());
    }

    @Override
    public void onReady(NodeConnection connection) {
        record("ready");
    }

    @Override
    public void onUnavailable(Throwable cause) {
        record("unavailable");
    }

    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        onLost.run();
        record("lost");
    }

    @Override
    public void onMessage(NodeConnection connection, Response message) {
        record("message");
    }

    @Override
    public void onTick(long now) {
        ticks = ticks + 1;
        fail();
    }

    @Override
    public boolean canRenewLogin(NodeConnection connection) {
        fail();
        return true;
    }

    @Override
    public boolean isQuiet() {
        onAsked.run();
        return quiet;
    }

    @Override
    public boolean needsConnection() {
        return needs;
    }

    @Override
    public void onEnded() {
        record("ended");
    }
}
