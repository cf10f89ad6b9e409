package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.quarkus.virtual.threads.VirtualThreads;
import io.restassured.RestAssured;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** Spans of commands, as Quarkus' OpenTelemetry extension makes them of what the client tells the tracer of Vert.x. */
class TracingTest {

    private static final RedisServer SERVER = RedisServer.prepare();
    private static final String SECRET = "s3cret";

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .overrideConfigKey("quarkus.devservices.enabled", "false")
            .withApplicationRoot(jar -> jar.addClasses(Commands.class, Exporter.class))
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url().replace("localhost", "127.0.0.1"));

    @Singleton
    public static class Exporter {

        @Produces
        @Singleton
        InMemorySpanExporter spans = InMemorySpanExporter.create();

        @Produces
        @Singleton
        SpanProcessor processor() {
            return SimpleSpanProcessor.create(spans);
        }
    }

    @Path("/commands")
    public static class Commands {

        @Inject
        RedisDataSource redis;
        @Inject
        ReactiveRedisDataSource reactive;
        @Inject
        MultiplexedRedis multiplexed;
        /** Threads of the worker pool before Java 21. */
        @Inject
        @VirtualThreads
        ExecutorService virtualThreads;

        @GET
        @Path("event-loop")
        public Uni<String> onAnEventLoop() {
            String thread = Thread.currentThread().toString();
            return reactive.value(String.class).set(SECRET, SECRET).replaceWith(thread);
        }

        @GET
        @Path("worker")
        public String onAWorker() {
            redis.value(String.class).set(SECRET, SECRET);
            return Thread.currentThread().toString();
        }

        @GET
        @Path("virtual")
        public Uni<String> onAVirtualThread() {
            return Uni.createFrom().item(this::onAWorker).runSubscriptionOn(virtualThreads);
        }

        @GET
        @Path("log")
        public Uni<String> theTraceInTheLogOfAReply() {
            return reactive.value(String.class).set(SECRET, SECRET).map(done -> String.valueOf(MDC.get("traceId")));
        }

        @GET
        @Path("connection")
        public String onAConnectionOfItsOwn() {
            redis.withTransaction(transaction -> transaction.value(String.class).set(SECRET, SECRET));
            return "done";
        }

        @GET
        @Path("batch")
        public Uni<String> asABatch() {
            return Uni.createFrom()
                    .completionStage(() -> multiplexed.batch(List.of(Request.cmd(Command.SET).arg(SECRET).arg(SECRET),
                            Request.cmd(Command.GET).arg(SECRET))).toCompletionStage())
                    .replaceWith("done");
        }
    }

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @Inject
    InMemorySpanExporter spans;
    @Inject
    Tracer tracer;
    @Inject
    RedisDataSource redis;
    @Inject
    MultiplexedRedis multiplexed;

    @BeforeEach
    void connect() {
        redis.execute("PING");
        spans.reset();
    }

    @Test
    void ofAnEventLoop() {
        assertTrue(RestAssured.get("/commands/event-loop").asString().contains("eventloop"));
        assertSetWithin(awaitSpan(SpanKind.SERVER));
    }

    @Test
    void ofAWorkerThread() {
        assertTrue(RestAssured.get("/commands/worker").asString().contains("executor-thread"));
        assertSetWithin(awaitSpan(SpanKind.SERVER));
    }

    @Test
    void ofAVirtualThread() {
        assumeTrue(Runtime.version().feature() >= 21, "There are no virtual threads before Java 21");
        assertTrue(RestAssured.get("/commands/virtual").asString().contains("VirtualThread"));
        assertSetWithin(awaitSpan(SpanKind.SERVER));
    }

    @Test
    void ofAThreadOfItsOwn() throws InterruptedException {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Thread thread = new Thread(() -> inSpan(() -> redis.value(String.class).set(SECRET, SECRET)));
        thread.setUncaughtExceptionHandler((failed, failure) -> failures.add(failure));
        thread.start();
        thread.join();
        assertEquals(List.of(), failures);
        assertSetWithin(awaitSpan(SpanKind.INTERNAL));
    }

    @Test
    void ofEachCommandOfATransaction() {
        RestAssured.get("/commands/connection").then().statusCode(200);
        SpanData parent = awaitSpan(SpanKind.SERVER);
        List<SpanData> children = children(parent);
        assertEquals(List.of("multi", "set", "exec"), children.stream().map(span -> span.getName().toLowerCase()).toList());
        children.forEach(TracingTest::assertTellsNoArguments);
    }

    /** Which one it is would be known only from the answers. */
    @Test
    void ofAnotherDatabaseTellNoNumber() {
        inSpan(() -> redis.withConnection(connection -> {
            connection.select(7);
            connection.value(String.class).get(SECRET);
        }));
        List<SpanData> children = children(awaitSpan(SpanKind.INTERNAL));
        AttributeKey<String> database = AttributeKey.stringKey("db.namespace");
        assertEquals(Arrays.asList("0", null), children.stream().map(span -> span.getAttributes().get(database)).toList());
    }

    @Test
    void ofABatchThereIsOne() {
        RestAssured.get("/commands/batch").then().statusCode(200);
        List<SpanData> children = children(awaitSpan(SpanKind.SERVER));
        assertEquals(List.of("batch"), children.stream().map(SpanData::getName).toList());
        assertTellsNoArguments(children.get(0));
    }

    @Test
    void whatACallerLogsOfAReplyHasItsTrace() {
        String traceId = RestAssured.get("/commands/log").asString();
        assertEquals(awaitSpan(SpanKind.SERVER).getTraceId(), traceId);
    }

    @Test
    void ofAnErrorItIsMarked() {
        redis.value(String.class).set(SECRET, SECRET);
        spans.reset();
        inSpan(() -> {
            try {
                multiplexed.send(Request.cmd(Command.INCR).arg(SECRET)).toCompletionStage().toCompletableFuture().join();
                throw new AssertionError("INCR of a text has succeeded");
            } catch (CompletionException e) {
                assertTrue(e.getCause().getMessage().startsWith("ERR "), e::toString);
            }
        });
        SpanData command = onlyChild(awaitSpan(SpanKind.INTERNAL));
        assertEquals(StatusCode.ERROR, command.getStatus().getStatusCode());
        assertEquals(List.of("exception"), command.getEvents().stream().map(event -> event.getName()).toList());
        assertTellsNoArguments(command);
    }

    @Test
    void ofAnErrorThatNamesArgumentsTheyAreNotTold() {
        inSpan(() -> {
            CompletionException thrown = assertThrows(CompletionException.class, () -> multiplexed
                    .send(Request.cmd(Command.create("atuh")).arg(SECRET)).toCompletionStage().toCompletableFuture().join());
            assertTrue(thrown.getCause().getMessage().contains(SECRET), thrown::toString);
        });
        SpanData command = onlyChild(awaitSpan(SpanKind.INTERNAL));
        assertEquals("ERR",
                command.getEvents().get(0).getAttributes().get(AttributeKey.stringKey("exception.message")));
        assertTellsNoArguments(command);
    }

    private void inSpan(Runnable action) {
        Span span = tracer.spanBuilder("caller").startSpan();
        try (Scope scope = Context.current().with(span).makeCurrent()) {
            action.run();
        } finally {
            span.end();
        }
    }

    private void assertSetWithin(SpanData parent) {
        SpanData command = onlyChild(parent);
        assertEquals(SpanKind.CLIENT, command.getKind());
        assertEquals("set", command.getName().toLowerCase());
        assertEquals(StatusCode.UNSET, command.getStatus().getStatusCode());
        assertFalse(command.getStartEpochNanos() < parent.getStartEpochNanos());
        assertFalse(command.getEndEpochNanos() > parent.getEndEpochNanos());
        Map<String, Object> attributes = new HashMap<>();
        command.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
        assertEquals(Map.of("db.system", "redis", "db.operation", "set", "db.namespace", "0",
                "db.connection_string", server.getHost() + ":" + server.getPort(),
                "network.peer.address", server.getHost(), "network.peer.port", (long) server.getPort(),
                "network.local.address", server.getHost(), "network.local.port", (long) server.getPort()), attributes);
        assertTellsNoArguments(command);
    }

    private static void assertTellsNoArguments(SpanData span) {
        String events = span.getEvents().stream().map(event -> event.getAttributes().toString()).toList().toString();
        assertFalse((span + events).contains(SECRET), span + events);
    }

    private SpanData onlyChild(SpanData parent) {
        List<SpanData> children = children(parent);
        assertEquals(1, children.size(), children::toString);
        return children.get(0);
    }

    /** The commands end before their caller does. */
    private List<SpanData> children(SpanData parent) {
        return spans.getFinishedSpanItems().stream().filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
                .sorted(Comparator.comparing(SpanData::getStartEpochNanos)).toList();
    }

    private SpanData awaitSpan(SpanKind kind) {
        while (true) {
            for (SpanData span : spans.getFinishedSpanItems()) {
                if (span.getKind() == kind) {
                    return span;
                }
            }
            if (Thread.interrupted()) {
                throw new IllegalStateException("There is no span of kind " + kind + ": " + spans.getFinishedSpanItems());
            }
            Thread.onSpinWait();
        }
    }
}
