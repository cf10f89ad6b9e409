package io.quarkiverse.redis.multiplexer.engine.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.netty.channel.ChannelConfig;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import jdk.net.ExtendedSocketOptions;

class KeepAliveTest {

    @Test
    void theUserTimeoutIsKeptIfThereIsOne() {
        NetClientOptions options = new NetClientOptions();
        options.setTcpUserTimeout(1);
        KeepAlive.complete(options);
        assertEquals(1, options.getTcpUserTimeout());

        options = new NetClientOptions();
        KeepAlive.complete(options);
        assertEquals(30_000, options.getTcpUserTimeout());
    }

    @Test
    void aDeadPeerIsFoundOutWithinAMinuteByDefault() throws Exception {
        connect(new NetClientOptions(), channel -> {
            assertEquals(30, channel.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)));
            assertEquals(10, channel.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)));
            assertEquals(3, channel.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)));
        });
    }

    @Test
    void whatIsConfiguredIsApplied() throws Exception {
        NetClientOptions options = new NetClientOptions(new JsonObject().put("tcpKeepAliveIdleSeconds", 2)
                .put("tcpKeepAliveIntervalSeconds", 3).put("tcpKeepAliveCount", 4));
        assumeTrue(options.toJson().containsKey("tcpKeepAliveCount"), "no such options in this Vert.x");
        connect(options, channel -> {
            assertEquals(2, channel.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)));
            assertEquals(3, channel.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)));
            assertEquals(4, channel.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)));
        });
    }

    private static void connect(NetClientOptions options, Consumer<ChannelConfig> check) throws Exception {
        Vertx vertx = Vertx.vertx();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            options.setTcpKeepAlive(true);
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
