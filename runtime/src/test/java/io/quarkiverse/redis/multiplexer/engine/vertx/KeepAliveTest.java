package io.quarkiverse.redis.multiplexer.engine.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.netty.channel.ChannelConfig;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import jdk.net.ExtendedSocketOptions;

class KeepAliveTest {

    @Test
    void whatIsConfiguredIsKept() {
        NetClientOptions options = new NetClientOptions().setTcpUserTimeout(1);
        options.setTcpKeepAliveIdleSeconds(2).setTcpKeepAliveIntervalSeconds(3).setTcpKeepAliveCount(4);
        KeepAlive.complete(options);
        assertEquals(1, options.getTcpUserTimeout());
        assertEquals(2, options.getTcpKeepAliveIdleSeconds());
        assertEquals(3, options.getTcpKeepAliveIntervalSeconds());
        assertEquals(4, options.getTcpKeepAliveCount());
    }

    @Test
    void aDeadPeerIsFoundOutWithinAMinuteByDefault() {
        NetClientOptions options = new NetClientOptions();
        KeepAlive.complete(options);
        assertEquals(30_000, options.getTcpUserTimeout());
        assertEquals(60, options.getTcpKeepAliveIdleSeconds()
                + options.getTcpKeepAliveIntervalSeconds() * options.getTcpKeepAliveCount());
    }

    @Test
    void socketsOfJavaHaveIt() throws Exception {
        connect(false, channel -> {
            assertEquals(2, channel.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)));
            assertEquals(3, channel.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)));
            assertEquals(4, channel.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)));
        });
    }

    @Test
    void nativeSocketsHaveIt() throws Exception {
        connect(true, channel -> {
            assertEquals(1000, channel.getOption(EpollChannelOption.TCP_USER_TIMEOUT));
            assertEquals(2, channel.getOption(EpollChannelOption.TCP_KEEPIDLE));
            assertEquals(3, channel.getOption(EpollChannelOption.TCP_KEEPINTVL));
            assertEquals(4, channel.getOption(EpollChannelOption.TCP_KEEPCNT));
        });
    }

    private static void connect(boolean nativeTransport, Consumer<ChannelConfig> check) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assumeTrue(vertx.isNativeTransportEnabled() == nativeTransport, "no native transport on this machine");
            NetClientOptions options = new NetClientOptions().setTcpKeepAlive(true).setTcpUserTimeout(1000);
            options.setTcpKeepAliveIdleSeconds(2).setTcpKeepAliveIntervalSeconds(3).setTcpKeepAliveCount(4);
            NetSocket socket = vertx.createNetClient(options).connect(server.getLocalPort(), "localhost")
                    .toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            KeepAlive.apply(options, socket);
            // Taken, so that it does not end with a reset.
            server.accept();
            check.accept(((NetSocketInternal) socket).channelHandlerContext().channel().config());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
