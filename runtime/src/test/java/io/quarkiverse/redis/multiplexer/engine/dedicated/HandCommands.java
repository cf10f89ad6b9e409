package io.quarkiverse.redis.multiplexer.engine.dedicated;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionOwner;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.TrafficListener;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** {@link DedicatedCommands} on a connection whose server is the test, and on a clock that it turns by hand. */
final class HandCommands implements ConnectionOwner, TrafficListener {

    static final int MAX_PENDING = 8;
    static final MultiplexerOptions OPTIONS = new MultiplexerOptions().setMaxPending(MAX_PENDING);
    static final long TIMEOUT_MILLIS = OPTIONS.getCommandTimeout().toMillis();

    final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), OPTIONS);
    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedChannel loop = new EmbeddedChannel();
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);
    final HandSocket server;
    final DedicatedCommands commands;

    HandCommands() {
        this(ReplicationMarker.PUBLISH);
    }

    HandCommands(ReplicationMarker marker) {
        loop.freezeTime();
        server = new HandSocket(VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0)), failures, this);
        commands = new DedicatedCommands(server.connection, loop.eventLoop(), OPTIONS, failures, marker, () -> now);
        commands.begin();
    }

    void stop() throws Exception {
        server.close();
        await(vertx.close());
    }

    /** Submits a request. */
    Future<Response> submit(String words) {
        Promise<Response> promise = Promise.promise();
        submit(words, promise, now);
        return promise.future();
    }

    /** Submits a request whose time was over before it came here. */
    void submitOverdue(String words, Promise<Response> promise) {
        submit(words, promise, now - TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS));
    }

    private void submit(String words, Promise<Response> promise, long accepted) {
        Request request = Commands.request(words);
        submit(new SingleCommand(request, promise, CommandReport.NONE), List.of(request), accepted);
    }

    /** The same, without memory to write it. Nothing else is done yet. */
    Future<Response> submitWithoutMemory(String words) {
        Promise<Response> promise = Promise.promise();
        List<Request> requests = Commands.requests(words);
        server.lackMemory(true);
        commands.submit(new SingleCommand(requests.get(0), promise, CommandReport.NONE), CommandTraits.of(requests),
                Patience.with(requests, OPTIONS, now));
        server.lackMemory(false);
        return promise.future();
    }

    /** Submits a batch. @param words requests, separated by semicolons */
    Future<List<Response>> submitBatch(String words) {
        Promise<List<Response>> promise = Promise.promise();
        List<Request> requests = Commands.requests(words.split(";"));
        submit(new BatchCommand(requests, promise, CommandReport.NONE), requests, now);
        return promise.future();
    }

    private void submit(PendingCommand command, List<Request> requests, long accepted) {
        commands.submit(command, CommandTraits.of(requests), Patience.with(requests, OPTIONS, accepted));
        settle();
    }

    long now() {
        return now;
    }

    /** Lets time pass, and has done what was planned for it. */
    void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        loop.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        loop.runScheduledPendingTasks();
        settle();
    }

    /** The server answers; lines end with a semicolon. */
    void say(String resp) {
        server.say(resp);
        settle();
    }

    /** Connection and commands share an event loop otherwise: what the commands have planned is done before others hear. */
    void settle() {
        loop.runPendingTasks();
        server.runPendingTasks();
        loop.runPendingTasks();
        server.runPendingTasks();
    }

    @Override
    public TrafficListener traffic() {
        return this;
    }

    @Override
    public boolean mustStayClean() {
        return false;
    }

    @Override
    public void onAnswer(PendingCommand command, Response reply) {
        commands.onAnswer(command, reply);
    }

    @Override
    public void onDroppedAnswer(PendingCommand command) {
        commands.onDroppedAnswer(command);
    }

    @Override
    public void onReadComplete(NodeConnection connection) {
        commands.goOn();
    }

    @Override
    public void onWritable() {
        commands.onWritable();
    }

    @Override
    public void onClosed(NodeConnection connection, CommandQueue inFlight, Throwable cause) {
        commands.end(inFlight);
        inFlight.takeAll().forEach(command -> command.fail(failures.lost(command, cause)));
    }
}
