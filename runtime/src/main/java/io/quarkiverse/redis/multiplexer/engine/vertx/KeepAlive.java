package io.quarkiverse.redis.multiplexer.engine.vertx;

import java.net.SocketOption;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import jdk.net.ExtendedSocketOptions;

/**
 * Has the operating system find out about peers that are gone, within a minute and not within hours: for connections that
 * wait for something that may never come, and have nothing to ask meanwhile.
 */
public final class KeepAlive {

    /** Without an acknowledgement of what was sent for so long, the connection is dead. */
    private static final int USER_TIMEOUT_MILLIS = 30_000;
    private static final int IDLE_SECONDS = 30;
    private static final int INTERVAL_SECONDS = 10;
    private static final int PROBES = 3;

    private KeepAlive() {
    }

    /** Sets what has not been set. Only native transports have a user timeout. */
    public static void complete(NetClientOptions options) {
        if (options.getTcpUserTimeout() == NetClientOptions.DEFAULT_TCP_USER_TIMEOUT) {
            options.setTcpUserTimeout(USER_TIMEOUT_MILLIS);
        }
        if (options.getTcpKeepAliveIdleSeconds() == NetClientOptions.DEFAULT_TCP_KEEPALIVE_IDLE_SECONDS) {
            options.setTcpKeepAliveIdleSeconds(IDLE_SECONDS);
        }
        if (options.getTcpKeepAliveIntervalSeconds() == NetClientOptions.DEFAULT_TCP_KEEAPLIVE_INTERVAL_SECONDS) {
            options.setTcpKeepAliveIntervalSeconds(INTERVAL_SECONDS);
        }
        if (options.getTcpKeepAliveCount() == NetClientOptions.DEFAULT_TCP_KEEPALIVE_COUNT) {
            options.setTcpKeepAliveCount(PROBES);
        }
    }

    /**
     * Applies the times of keep-alive to an open TCP socket, as far as it can have them. Vert.x 4.5 applies them to the sockets
     * of servers only.
     */
    public static void apply(NetClientOptions options, NetSocket socket) {
        ChannelConfig channel = ((NetSocketInternal) socket).channelHandlerContext().channel().config();
        set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, "TCP_KEEPIDLE", options.getTcpKeepAliveIdleSeconds());
        set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, "TCP_KEEPINTVL", options.getTcpKeepAliveIntervalSeconds());
        set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, "TCP_KEEPCNT", options.getTcpKeepAliveCount());
    }

    /** Each transport has its own option, and leaves the others' alone. Netty's native one is not on every class path. */
    private static void set(ChannelConfig channel, SocketOption<Integer> ofJava, String ofEpoll, int value) {
        if (!channel.setOption(NioChannelOption.of(ofJava), value)) {
            channel.setOption(ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#" + ofEpoll), value);
        }
    }
}
