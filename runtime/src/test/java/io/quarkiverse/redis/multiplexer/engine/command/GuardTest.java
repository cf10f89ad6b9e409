package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.CapturedLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** {@link Guard} and {@link ForeignCalls}: what somebody else's code throws stops nobody, and is told. */
class GuardTest {

    @RegisterExtension
    final CapturedLog log = new CapturedLog();

    private final List<String> events = new ArrayList<>();
    private final Promise<String> promise = Promise.promise();

    @Test
    void whatGivesAFutureMayThrow() {
        Future<String> given = Future.succeededFuture("given");
        assertSame(given, Guard.future(() -> given));
        Error thrown = new InternalError("on purpose");
        assertSame(thrown, Guard.<String> future(() -> {
            throw thrown;
        }).cause());
    }

    @Test
    void aPromiseThatIsCompleteStaysSo() {
        promise.complete("before");
        Guard.complete(promise, "after");
        Guard.fail(promise, new IllegalStateException("after"));
        assertEquals("before", promise.future().result());
    }

    @Test
    void anErrorIsNoReasonNotToGoOn() {
        Guard.run("somebody", () -> {
            throw new OutOfMemoryError("of somebody");
        });
        assertEquals(1, log.count(Level.SEVERE));
    }

    /** The JVM has few objects for this, and throws one of them again and again. */
    @Test
    void anErrorThatIsThrownBecauseOfItselfDoesNoHarm() {
        OutOfMemoryError only = new OutOfMemoryError("there is no memory to tell this");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                events.add(entry.getLevel().getName());
                throw only;
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        Logger logger = Logger.getLogger("io.quarkiverse.redis.multiplexer");
        logger.addHandler(handler);
        try {
            Guard.run("somebody", () -> {
                throw only;
            });
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(1, events.size());
    }

    @Test
    void laterIsInATaskOfItsOwn() {
        EmbeddedChannel channel = new EmbeddedChannel();
        Guard.later(channel.eventLoop(), () -> {
            events.add("later");
            throw new IllegalStateException("of the task");
        });
        assertEquals(List.of(), events);
        channel.runPendingTasks();
        assertEquals(List.of("later"), events);
    }

    @Test
    void laterIsNowWhereThereIsNoLater() throws Exception {
        DefaultEventLoop loop = new DefaultEventLoop();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        Guard.later(loop, () -> events.add("now"));
        assertEquals(List.of("now"), events);
    }

    @Test
    void foreignCodeThatThrowsIsLoggedSeldom() {
        ForeignCalls calls = new ForeignCalls("the metrics");
        for (int i = 0; i < 100; i++) {
            calls.run(() -> {
                throw new NoClassDefFoundError("of the metrics");
            });
            assertEquals("otherwise", calls.get(() -> {
                throw new IllegalStateException("of the metrics");
            }, "otherwise"));
        }
        assertEquals(1, log.count(Level.SEVERE));
        assertEquals("result", calls.get(() -> "result", "otherwise"));
    }
}
