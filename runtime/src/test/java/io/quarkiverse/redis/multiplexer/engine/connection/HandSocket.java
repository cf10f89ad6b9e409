package io.quarkiverse.redis.multiplexer.engine.connection;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxForTests;
import io.vertx.core.Context;
import io.vertx.core.net.NetSocket;

/** A connection whose server is the test: it sees what is written, and says what is answered, and there is no socket. */
public final class HandSocket {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final StringBuilder sent = new StringBuilder();
    private final Queue<ChannelPromise> held = new ArrayDeque<>();
    private boolean full;
    public final NodeConnection connection;

    /** One for a test that does everything itself: what is to be done later is done when the test says so. */
    public HandSocket(Context context, Failures failures, ConnectionOwner owner) {
        this(context, failures, owner, null);
    }

    /** @param loop where that is closed which we close; {@code null} if the test does so */
    HandSocket(Context context, Failures failures, ConnectionOwner owner, EventLoop loop) {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                ByteBuf written = (ByteBuf) message;
                sent.append(written.toString(StandardCharsets.ISO_8859_1));
                written.release();
                if (full) {
                    held.add(promise);
                } else {
                    promise.trySuccess();
                }
            }

            @Override
            public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
                // As sockets do, and embedded channels do not: it is told soon, and not from within the call.
                (loop == null ? channel.eventLoop() : loop).execute(() -> ctx.close(promise));
            }
        });
        channel.pipeline().addLast("vertx", new ChannelInboundHandlerAdapter());
        NetSocket socket = VertxForTests.socket(context, channel.pipeline().context("vertx"));
        connection = new NodeConnection(context, socket, 10, Duration.ofHours(1), failures, owner);
    }

    /** From now on the socket takes what is written to it, and does not send it on. */
    public void beFull() {
        full = true;
    }

    /** It sends on what it has, and takes more. */
    public void beWritable() {
        full = false;
        while (!held.isEmpty()) {
            held.remove().trySuccess();
        }
        channel.runPendingTasks();
    }

    /** The commands that have been sent since this was called last, each as one would type it. */
    public List<String> takeSent() {
        channel.runPendingTasks();
        List<String> commands = new ArrayList<>();
        String[] lines = sent.toString().split("\r\n", -1);
        sent.setLength(0);
        for (int at = 0; at < lines.length && !lines[at].isEmpty();) {
            int words = Integer.parseInt(lines[at].substring(1));
            List<String> command = new ArrayList<>();
            command.add(lines[at + 2].toUpperCase(Locale.ROOT));
            for (int word = 1; word < words; word++) {
                command.add(lines[at + 2 + 2 * word]);
            }
            commands.add(String.join(" ", command));
            at += 1 + 2 * words;
        }
        return commands;
    }

    /** What the server says, which comes in one piece; lines end with a semicolon. */
    public void say(String resp) {
        channel.writeInbound(Unpooled.copiedBuffer(resp.replace(";", "\r\n"), StandardCharsets.ISO_8859_1));
        channel.runPendingTasks();
    }

    /** The same, of which nobody knows yet that it is all that comes at once. */
    void begin(String resp) {
        channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(resp.replace(";", "\r\n"), StandardCharsets.ISO_8859_1));
    }

    /** There is no memory for what is written, until there is. */
    public void lackMemory(boolean lacking) {
        ScarceMemory memory = new ScarceMemory();
        memory.failing = lacking;
        channel.config().setAllocator(memory);
    }

    void fail(Throwable cause) {
        channel.pipeline().fireExceptionCaught(cause);
    }

    /** The server ends the connection. */
    public void close() {
        if (channel.isOpen()) {
            channel.pipeline().firstContext().close();
        }
        channel.runPendingTasks();
        if (!channel.isOpen()) {
            channel.releaseOutbound();
        }
    }

    /** Has what is to be done later done now. */
    public void runPendingTasks() {
        channel.runPendingTasks();
    }

    public boolean isOpen() {
        return channel.isOpen();
    }
}
