package io.quarkiverse.redis.multiplexer.engine.vertx;

import java.util.ArrayList;
import java.util.List;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Closeable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.spi.tracing.VertxTracer;

/**
 * The one door to what Vert.x 4.5 calls internal. Vert.x 5 moves these types; the classes of this package that are others
 * there are in {@code integration-tests/vertx5}, and nothing else in the engine differs.
 */
public final class VertxAccess {

    private VertxAccess() {
    }

    /** The event loop that this context runs on or, for a worker's context, belongs to. */
    public static EventLoop eventLoop(Context context) {
        return ((ContextInternal) context).nettyEventLoop();
    }

    /** Every event loop that contexts of {@code vertx} can be on. */
    public static List<EventLoop> eventLoops(Vertx vertx) {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor executor : ((VertxInternal) vertx).getEventLoopGroup()) {
            loops.add((EventLoop) executor);
        }
        return loops;
    }

    /** A promise whose future calls its listeners on {@code context}. */
    public static <T> Promise<T> promise(Context context) {
        return ((ContextInternal) context).promise();
    }

    /** Whether nothing runs on the context any more, because Vert.x was closed. Futures must not complete there. */
    public static boolean isGone(Context context) {
        return eventLoop(context).isShuttingDown();
    }

    /** A future that calls its listeners on {@code context}, or where they are added if that {@linkplain #isGone is gone}. */
    public static <T> Future<T> succeeded(Context context, T result) {
        return isGone(context) ? Future.succeededFuture(result) : ((ContextInternal) context).succeededFuture(result);
    }

    /** A future that calls its listeners on {@code context}, or where they are added if that {@linkplain #isGone is gone}. */
    public static <T> Future<T> failed(Context context, Throwable cause) {
        return isGone(context) ? Future.failedFuture(cause) : ((ContextInternal) context).failedFuture(cause);
    }

    /** A context of its own on {@code loop}: not a duplicate, not a deployment's, and without a class loader to pin. */
    public static Context newContext(Vertx vertx, EventLoop loop) {
        return ((VertxInternal) vertx).createEventLoopContext(loop, null, VertxAccess.class.getClassLoader());
    }

    /** The context that {@code context} was duplicated from, or itself. Work that outlives a request belongs there. */
    public static Context root(Context context) {
        return ((ContextInternal) context).unwrap();
    }

    /** The current context if there is one and it is of {@code vertx}, else {@code null}. */
    public static Context current(Vertx vertx) {
        return ((VertxInternal) vertx).getContext();
    }

    /** Gives the context's exception handler, or that of Vert.x, or the log, what a handler of a caller has thrown. */
    public static void report(Context context, Throwable thrown) {
        ((ContextInternal) context).reportException(thrown);
    }

    /** Whether the socket lives on the event loop of the context, so that what is used on both is used on one thread. */
    public static boolean livesOn(Context context, NetSocket socket) {
        return ((NetSocketInternal) socket).channelHandlerContext().channel().eventLoop() == eventLoop(context);
    }

    /** Puts {@code handler} between the socket (and its TLS) and Vert.x, which then sees no bytes any more. */
    public static ChannelHandlerContext install(NetSocket socket, ChannelHandler handler) {
        ChannelHandlerContext vertxHandler = ((NetSocketInternal) socket).channelHandlerContext();
        vertxHandler.pipeline().addBefore(vertxHandler.name(), "redis", handler);
        return vertxHandler.pipeline().context(handler);
    }

    /** Tells the metrics of the socket about bytes that Vert.x did not see. */
    public static void reportRead(NetSocket socket, int bytes) {
        ((ConnectionBase) socket).reportBytesRead(bytes);
    }

    /** Tells the metrics of the socket about bytes that Vert.x did not see. */
    public static void reportWritten(NetSocket socket, int bytes) {
        ((ConnectionBase) socket).reportBytesWritten(bytes);
    }

    /** @return {@code null} without metrics */
    static VertxMetrics metrics(Vertx vertx) {
        return ((VertxInternal) vertx).metricsSPI();
    }

    /** @return {@code null} without tracing */
    public static VertxTracer<?, ?> tracer(Vertx vertx) {
        return ((VertxInternal) vertx).tracer();
    }

    /** Has {@code hook} called when {@code vertx} is closed. */
    public static void addCloseHook(Vertx vertx, Closeable hook) {
        ((VertxInternal) vertx).addCloseHook(hook);
    }

    public static void removeCloseHook(Vertx vertx, Closeable hook) {
        ((VertxInternal) vertx).removeCloseHook(hook);
    }
}
