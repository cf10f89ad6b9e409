package io.quarkiverse.redis.multiplexer.callback;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.MultiplexerListener;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.SubscriptionRestored;
import io.quarkiverse.redis.multiplexer.callback.CallKind.Call;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;

/**
 * Whatever the callback of one caller does, the calls of strangers are answered, and go on being answered: for every kind of
 * call, and for everything that ends one.
 */
class CallbackTest {

    private static final List<Misbehaviour> MISBEHAVIOURS = List.of(Misbehaviour.values());
    private static final String CHANNEL = "open:news";

    @RegisterExtension
    final RealRedis real = new RealRedis();

    static Stream<Arguments> callsAndEndings() {
        // Nothing refuses a subscription for lack of room.
        return Arrays.stream(CallKind.values()).flatMap(kind -> Arrays.stream(Ending.values())
                .filter(ending -> kind != CallKind.SUBSCRIPTION || ending != Ending.REFUSAL)
                .map(ending -> Arguments.of(kind, ending)));
    }

    @ParameterizedTest
    @MethodSource("callsAndEndings")
    void strangersAreAnswered(CallKind kind, Ending ending) throws Exception {
        try (Scene scene = new Scene(real, ending.options())) {
            endCalls(scene, kind, ending, true);
            if (ending == Ending.STOP) {
                await(real.vertx().close());
                awaitUntil(() -> scene.proxy().open() == 0);
                return;
            }
            // Clocks go on, and lost connections are made again: calls that only strangers make end in the same way.
            endCalls(scene, kind, ending, false);
            for (CallKind other : CallKind.values()) {
                Call call = other.prepare(scene, Ending.REPLY);
                for (int i = 0; i < 2; i++) {
                    RealRedis.eventually(() -> call.make().get(0).mapEmpty());
                }
                call.close();
            }
        }
    }

    /** Makes calls on an event loop and on this thread, ends them all, and waits until they have ended. */
    private static void endCalls(Scene scene, CallKind kind, Ending ending, boolean misbehaving) throws Exception {
        List<Call> offenders = prepare(scene, kind, ending);
        List<Call> strangersOnLoop = prepare(scene, kind, ending);
        List<Call> strangersHere = prepare(scene, kind, ending);
        ending.begin(scene);
        scene.onLoop(() -> {
            for (int i = 0; i < MISBEHAVIOURS.size(); i++) {
                Misbehaviour misbehaviour = MISBEHAVIOURS.get(i);
                if (misbehaving) {
                    Call offender = offenders.get(i);
                    AtomicInteger times = new AtomicInteger();
                    offender.make().forEach(future -> misbehaviour.attach(future, () -> {
                        if (times.getAndIncrement() == 0) {
                            callBack(scene, offender);
                        }
                    }));
                }
                scene.track("stranger behind " + misbehaviour, strangersOnLoop.get(i).make());
            }
        });
        for (Call stranger : strangersHere) {
            scene.track("stranger on another thread", stranger.make());
        }
        ending.end(scene);
        scene.awaitCalls();
        ending.heal(scene);
        Stream.of(offenders, strangersOnLoop, strangersHere).flatMap(List::stream).forEach(Call::close);
    }

    private static List<Call> prepare(Scene scene, CallKind kind, Ending ending) throws Exception {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < MISBEHAVIOURS.size(); i++) {
            calls.add(kind.prepare(scene, ending));
        }
        return calls;
    }

    /** Calls the client again, in all ways that there are. */
    private static void callBack(Scene scene, Call offender) {
        scene.track("GET in a callback", List.of(scene.redis().send(request(Command.GET, "string"))));
        scene.track("batch in a callback", List.of(scene.redis().batch(List.of(request(Command.PING)))));
        scene.track("connect in a callback", List.of(scene.redis().connect().compose(RedisConnection::close)));
        scene.track("the same call again, in its callback", offender.make());
        offender.close();
        scene.track("the same call again, in its callback, closed", offender.make());
    }

    @Test
    void strangersGetEveryMessage() throws Exception {
        onEachMessage(new MultiplexerOptions(), (offender, misbehaviour) -> {
            AtomicBoolean left = new AtomicBoolean();
            Runnable leaving = () -> {
                // Leaving is confirmed by a message, too.
                if (left.compareAndSet(false, true)) {
                    offender.send(request(Command.UNSUBSCRIBE));
                }
            };
            offender.handler(message -> misbehaviour.misbehave(leaving));
            offender.endHandler(end -> misbehaviour.misbehave(leaving));
        });
    }

    @Test
    void strangersGetEveryMessageBesideSlowSubscribers() throws Exception {
        onEachMessage(new MultiplexerOptions().setMaxWaitingMessages(4), (offender, misbehaviour) -> {
            offender.exceptionHandler(tooSlow -> misbehaviour.misbehave(offender::resume));
            offender.pause();
        });
    }

    private void onEachMessage(MultiplexerOptions options, BiConsumer<RedisConnection, Misbehaviour> misbehave)
            throws Exception {
        try (Scene scene = new Scene(real, options); RespClient publisher = real.server().client()) {
            for (Misbehaviour misbehaviour : MISBEHAVIOURS) {
                RedisConnection offender = scene.connect();
                misbehave.accept(offender, misbehaviour);
                await(offender.send(request(Command.SUBSCRIBE, CHANNEL)));
            }
            BlockingQueue<String> messages = subscribe(scene);
            for (int i = 0; i < 50; i++) {
                publisher.call("PUBLISH", CHANNEL, String.valueOf(i));
                assertEquals("[message, " + CHANNEL + ", " + i + "]", messages.poll(20, TimeUnit.SECONDS));
            }
        }
    }

    private static BlockingQueue<String> subscribe(Scene scene) throws Exception {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        RedisConnection stranger = scene.connect();
        stranger.handler(message -> messages.add(message.toString()));
        await(stranger.send(request(Command.SUBSCRIBE, CHANNEL)));
        assertEquals("[subscribe, " + CHANNEL + ", 1]", messages.poll(20, TimeUnit.SECONDS));
        return messages;
    }

    @Test
    void subscriptionsAreRestoredOncePerLossWhateverTheListenerDoes() throws Exception {
        AtomicInteger restorations = new AtomicInteger();
        Runnable[] callBack = new Runnable[1];
        MultiplexerOptions options = new MultiplexerOptions().setListener(new MultiplexerListener() {
            @Override
            public void subscriptionRestored(SubscriptionRestored event) {
                MISBEHAVIOURS.get(restorations.getAndIncrement() % MISBEHAVIOURS.size()).misbehave(callBack[0]);
            }
        });
        try (Scene scene = new Scene(real, options); RespClient publisher = real.server().client()) {
            callBack[0] = () -> scene.redis().send(request(Command.PING));
            BlockingQueue<String> messages = subscribe(scene);
            for (int i = 1; i <= MISBEHAVIOURS.size(); i++) {
                int losses = i;
                scene.proxy().reset();
                awaitUntil(() -> restorations.get() >= losses);
                String message = "[message, " + CHANNEL + ", " + losses + "]";
                awaitUntil(() -> {
                    publisher.call("PUBLISH", CHANNEL, String.valueOf(losses));
                    return messages.contains(message);
                });
            }
            assertEquals(MISBEHAVIOURS.size(), restorations.get());
        }
    }
}
