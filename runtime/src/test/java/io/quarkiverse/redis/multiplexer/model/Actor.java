package io.quarkiverse.redis.multiplexer.model;

import static io.quarkiverse.redis.multiplexer.RealRedis.request;

import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.callback.Misbehaviour;
import io.quarkiverse.redis.multiplexer.model.Call.Effect;
import io.quarkiverse.redis.multiplexer.model.Call.Increment;
import io.quarkiverse.redis.multiplexer.model.Call.Pop;
import io.quarkiverse.redis.multiplexer.model.Call.Push;
import io.quarkiverse.redis.multiplexer.model.Call.Read;
import io.quarkiverse.redis.multiplexer.model.Call.Write;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * One thread's use of the client: whatever comes to its mind, without waiting for what it did before. Its
 * {@linkplain #register()
 * register}, {@linkplain #log() log} and {@linkplain #counter() counter} nobody else writes.
 */
final class Actor {

    private static final int MAX_OUTSTANDING = 48;
    private static final int BURST = 6;
    private static final int MAX_PAUSE_MILLIS = 12;

    private final String name;
    private final Redis redis;
    private final World world;
    private final Executor thread;
    private final SplittableRandom random;
    private final int largest;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger indexes = new AtomicInteger();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicLong tokens = new AtomicLong();
    private final Transactions transactions;
    private long numbers;
    private RedisConnection plain;
    private RedisConnection listening;
    private volatile boolean stopping;

    /** @param largest how large a value may be */
    Actor(String name, World world, Executor thread, int largest, SplittableRandom random) {
        this.name = name;
        this.redis = world.redis();
        this.world = world;
        this.thread = thread;
        this.largest = largest;
        this.random = random;
        this.transactions = new Transactions(this, redis);
    }

    String register() {
        return "register:" + name;
    }

    String log() {
        return "log:" + name;
    }

    String counter() {
        return "counter:" + name;
    }

    String queue() {
        return "queue:" + name;
    }

    void start() {
        thread.execute(this::act);
    }

    void stop() {
        stopping = true;
    }

    /** All calls so far; those that its thread made are in the order in which it did. */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    boolean isAnswered() {
        return outstanding.get() == 0;
    }

    private void act() {
        if (stopping) {
            return;
        }
        for (int i = random(BURST); i >= 0 && outstanding.get() < MAX_OUTSTANDING; i--) {
            doSomething();
        }
        world.later(1 + random(MAX_PAUSE_MILLIS), thread, this::act);
    }

    private void doSomething() {
        switch (random(16)) {
            case 0, 1, 2 -> set();
            case 3, 4, 5 -> get();
            case 6, 7 -> push(redis::send);
            case 8 -> increment();
            case 9 -> batch();
            case 10 -> echo();
            case 11 -> transactions.perform(random(Integer.MAX_VALUE));
            case 12 -> transactions.inOneBatch();
            case 13 -> queue(random(4));
            case 14 -> throughConnection();
            default -> listen();
        }
    }

    private void set() {
        Write write = new Write(++numbers);
        byte[] value = nextValue();
        boolean mutable = random(3) == 0;
        Request request = request(Command.SET, register(), mutable ? value : new String(value));
        watch(call("SET", write), () -> redis.send(request), reply -> expect("OK", reply));
        if (mutable) {
            // It was read when the call was made, as the stock client does.
            Arrays.fill(value, (byte) '!');
        }
    }

    /** Of {@link #numbers}. */
    private byte[] nextValue() {
        int chance = random(100);
        int size = chance == 0 ? random(largest) : chance < 4 ? random(largest / 50) : random(100);
        return Values.of(register(), numbers, size);
    }

    private void get() {
        Read read = new Read();
        watch(call("GET", read), () -> redis.send(request(Command.GET, register())),
                reply -> read.number = Values.number(register(), reply));
    }

    private void push(Sender sender) {
        Push push = new Push(log(), freshToken());
        watch(call("RPUSH", push), () -> sender.send(push(push)), reply -> expectNumber(reply));
    }

    private void increment() {
        Increment increment = new Increment(counter());
        watch(call("INCR", increment), () -> redis.send(request(Command.INCR, counter())),
                reply -> increment.reply = expectNumber(reply));
    }

    private void batch() {
        Push first = new Push(log(), freshToken());
        Read before = new Read();
        Write write = new Write(++numbers);
        Read after = new Read();
        Push second = new Push(log(), freshToken());
        Request get = request(Command.GET, register());
        List<Request> requests = List.of(push(first), get, request(Command.SET, register(), nextValue()), get, push(second));
        watch(call("batch", first, before, write, after, second), () -> redis.batch(requests), replies -> {
            expectNumber(replies.get(0));
            before.number = Values.number(register(), replies.get(1));
            expect("OK", replies.get(2));
            after.number = Values.number(register(), replies.get(3));
            expectNumber(replies.get(4));
        });
    }

    void echo() {
        if (stopping) {
            // Of a callback that comes after the last call has been answered.
            return;
        }
        String token = freshToken();
        watch(call("ECHO"), () -> redis.send(request(Command.ECHO, token)), reply -> expect(token, reply));
    }

    private void queue(int chance) {
        if (chance > 0) {
            Push push = new Push(queue(), freshToken());
            watch(call("RPUSH", push), () -> redis.send(push(push)), reply -> expectNumber(reply));
        }
        if (chance < 3) {
            Pop pop = new Pop();
            watch(call("BLPOP", pop), () -> redis.send(request(Command.BLPOP, queue(), "0.05")), reply -> {
                if (reply != null) {
                    expect(queue(), reply.get(0));
                    pop.token = reply.get(1).toString();
                }
            });
        }
    }

    /** On a connection that is not promoted to one of its own: as good as directly. */
    private void throughConnection() {
        if (plain == null) {
            connect(connection -> plain = connection);
        } else {
            push(plain::send);
        }
    }

    /** Subscriptions come and go beside those of the audience. */
    private void listen() {
        if (listening == null) {
            connect(connection -> listening = connection);
        } else {
            Command command = random(2) == 0 ? Command.SUBSCRIBE : Command.UNSUBSCRIBE;
            watch(call(command.toString()), () -> listening.send(request(command, "channel:" + random(5))), reply -> {
            });
        }
    }

    private void connect(Consumer<RedisConnection> use) {
        watch(call("connect"), redis::connect, connection -> thread.execute(() -> use.accept(connection)));
    }

    /** What is to be watched by {@link #watch}. */
    Call call(String what, Effect... effects) {
        return new Call(name + ": " + what, indexes.incrementAndGet(), effects);
    }

    /** Makes the call, and takes note of what comes of it; sometimes its caller misbehaves then. */
    <T> Future<T> watch(Call call, Supplier<Future<T>> making, Consumer<T> onReply) {
        calls.add(call);
        call.begin();
        outstanding.incrementAndGet();
        Future<T> future;
        try {
            future = making.get();
        } catch (Throwable e) {
            call.problem("threw " + e);
            future = Future.failedFuture(e);
        }
        future.onComplete(result -> {
            call.complete(result);
            if (result.succeeded()) {
                try {
                    onReply.accept(result.result());
                } catch (RuntimeException e) {
                    call.problem("got a wrong reply: " + e);
                }
            }
            outstanding.decrementAndGet();
        });
        if (random(25) == 0) {
            Misbehaviour.values()[random(Misbehaviour.values().length)].attach(future, this::echo);
        }
        return future;
    }

    /** For what has no future of its own: a transaction that is not executed. */
    void add(Call call) {
        calls.add(call);
    }

    String freshToken() {
        return name + "." + tokens.incrementAndGet();
    }

    static Request push(Push push) {
        return request(Command.RPUSH, push.list(), push.token());
    }

    static void expect(String text, Response reply) {
        if (reply == null || !text.equals(reply.toString())) {
            throw new IllegalArgumentException("expected " + text + ", got " + reply);
        }
    }

    static long expectNumber(Response reply) {
        if (reply == null || reply.type() != io.vertx.redis.client.ResponseType.NUMBER) {
            throw new IllegalArgumentException("expected a number, got " + reply);
        }
        return reply.toLong();
    }

    /** Callbacks on other threads ask, too. */
    private synchronized int random(int bound) {
        return random.nextInt(bound);
    }

    private interface Sender {
        Future<Response> send(Request request);
    }
}
