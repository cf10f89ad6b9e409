package io.quarkiverse.redis.multiplexer.engine.vertx;

import java.net.SocketOption;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
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
    }

    /**
     * Applies the times of keep-alive to an open TCP socket, as far as it can have them. Vert.x 5.0 and 5.1 have no options for
     * them; where there are some, they are in the JSON form of all.
     */
    public static void apply(NetClientOptions options, NetSocket socket) {
        ChannelConfig channel = ((NetSocketInternal) socket).channelHandlerContext().channel().config();
        JsonObject configured = options.toJson();
        set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, "TCP_KEEPIDLE",
                configured.getInteger("tcpKeepAliveIdleSeconds", 0), IDLE_SECONDS);
        set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, "TCP_KEEPINTVL",
                configured.getInteger("tcpKeepAliveIntervalSeconds", 0), INTERVAL_SECONDS);
        set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, "TCP_KEEPCNT",
                configured.getInteger("tcpKeepAliveCount", 0), PROBES);
    }

    /** Each transport has its own option, and leaves the others' alone. Netty's native one is not on every class path. */
    private static void set(ChannelConfig channel, SocketOption<Integer> ofJava, String ofEpoll, int configured,
            int byDefault) {
        int value = configured > 0 ? configured : byDefault;
        if (!channel.setOption(NioChannelOption.of(ofJava), value)) {
            channel.setOption(ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#" + ofEpoll), value);
        }
    }
}
