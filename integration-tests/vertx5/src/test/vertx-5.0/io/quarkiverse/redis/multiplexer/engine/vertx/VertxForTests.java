package io.quarkiverse.redis.multiplexer.engine.vertx;

import java.lang.reflect.Proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketImpl;

/** What only tests need of what Vert.x calls internal. */
public final class VertxForTests {

    private VertxForTests() {
    }

    /** A new context on the event loop whose turn it is. */
    public static Context newContext(Vertx vertx) {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    /** What an HTTP request runs on, say. */
    public static Context duplicate(Context context) {
        return ((ContextInternal) context).duplicate();
    }

    /** The context, as if it was on {@code loop}. */
    public static Context on(EventLoop loop, Context context) {
        return (Context) Proxy.newProxyInstance(VertxForTests.class.getClassLoader(), new Class<?>[] { ContextInternal.class },
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "nettyEventLoop" -> loop;
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> method.invoke(context, arguments);
                });
    }

    /** A socket without metrics and TLS, whose handler is {@code handler}. */
    public static NetSocket socket(Context context, ChannelHandlerContext handler) {
        return new NetSocketImpl((ContextInternal) context, handler, null, null, null, false);
    }
}
