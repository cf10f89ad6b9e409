package io.quarkiverse.redis.multiplexer.engine.connection;

import java.net.ConnectException;
import java.util.function.Consumer;

import io.netty.channel.ChannelHandlerContext;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionLife.State;

/**
 * The end of one connection: we want it, now or when everything has been answered, or the peer does. Its states are those of
 * {@link ConnectionLife}.
 * <p>
 * Whatever is in flight then is handed over. What that needs memory for is done first: if there is none, nothing has changed,
 * and it is done later: when the connection is closed once more, or {@linkplain #complete completed}.
 * <p>
 * Used on the event loop of the connection.
 */
final class ConnectionEnd {

    private final ConnectionLife life;
    private final ChannelHandlerContext channel;
    private final Inbound inbound;
    private final Writing writing;
    private final InFlight inFlight;
    private final Consumer<CommandQueue> onClosed;

    /** @param onClosed given what was in flight, in order, when the socket is closed, if the connection is not abandoned */
    ConnectionEnd(ConnectionLife life, ChannelHandlerContext channel, Inbound inbound, Writing writing, InFlight inFlight,
            Consumer<CommandQueue> onClosed) {
        this.life = life;
        this.channel = channel;
        this.inbound = inbound;
        this.writing = writing;
        this.inFlight = inFlight;
        this.onClosed = onClosed;
    }

    /** Closes the socket. */
    void close(Throwable cause) {
        if (life.isOpen()) {
            life.close(cause);
            closeSocket();
        }
    }

    /** The socket has failed. */
    void closeBroken(Throwable cause) {
        if (life.isOpen()) {
            life.closeBroken(cause);
            closeSocket();
        }
    }

    private void closeSocket() {
        inbound.end();
        if (channel.channel().isOpen()) {
            channel.close();
        } else {
            // That has been told, once, and there was no memory to see to it.
            Guard.later(channel.executor(), this::onSocketClosed);
        }
    }

    /** Closes the socket when everything that is in flight has been answered. */
    void retire(Throwable cause) {
        if (life.is(State.OPEN)) {
            life.retire(cause);
            closeIfRetired();
        }
    }

    /** Does the same for no fault of the server's. */
    void renew(Throwable cause) {
        if (life.is(State.OPEN)) {
            life.renew(cause);
            closeIfRetired();
        }
    }

    /** Something may have been answered. */
    void closeIfRetired() {
        if (life.is(State.RETIRING) && inFlight.isEmpty()) {
            close(life.cause());
        }
    }

    /** Closes the socket, and tells nobody. @return what is in flight, in order; the caller's now */
    CommandQueue abandon(Throwable cause) {
        CommandQueue all = new CommandQueue();
        writing.end();
        life.abandon(cause);
        inFlight.moveTo(all);
        closeSocket();
        return all;
    }

    void onSocketClosed() {
        if (life.is(State.CLOSED)) {
            return;
        }
        inbound.end();
        Throwable reason = new ConnectException("The server closed the connection");
        CommandQueue all = new CommandQueue();
        writing.end();
        life.closedFor(reason);
        inFlight.moveTo(all);
        onClosed.accept(all);
    }

    /** Does what had to be done when the socket was closed, if there was no memory for that. */
    void complete() {
        if (life.is(State.CLOSED)) {
            onClosed.accept(new CommandQueue());
        } else if (!channel.channel().isOpen()) {
            onSocketClosed();
        }
    }
}
