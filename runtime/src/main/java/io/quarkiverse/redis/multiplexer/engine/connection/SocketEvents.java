package io.quarkiverse.redis.multiplexer.engine.connection;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.quarkiverse.redis.multiplexer.engine.resp.RespException;

/** Brings what happens to a socket to the {@link NodeConnection} on it. Used on the event loop of the socket. */
final class SocketEvents extends ChannelInboundHandlerAdapter {

    private final NodeConnection connection;
    private final Inbound inbound;

    SocketEvents(NodeConnection connection, Inbound inbound) {
        this.connection = connection;
        this.inbound = inbound;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            inbound.read((ByteBuf) message);
        } catch (RespException e) {
            connection.close(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        connection.onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        connection.onWritable();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            connection.closeBroken(cause);
        } else {
            connection.close(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ctx.fireChannelInactive();
        connection.onSocketClosed();
    }
}
