package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;

import io.lettuce.core.RedisCommandExecutionException;

/**
 * What is the same of Lettuce whatever servers it has. It needs another Netty than Vert.x 4, so its users' event loops are
 * threads of their own.
 */
abstract class AnyLettuceContestant implements Contestant {

    private final Misconduct misconduct = new Misconduct();
    private final List<ExecutorService> loops;

    AnyLettuceContestant(int eventLoops) {
        loops = Stream.generate(Executors::newSingleThreadExecutor).limit(eventLoops).toList();
    }

    /** The command on its way. */
    abstract CompletionStage<?> reply(Call call);

    @Override
    public final CompletionStage<Object> send(Call call) {
        CompletionStage<?> reply = reply(call);
        misconduct.perhaps(callback -> reply.whenComplete((value, failure) -> callback.run()));
        return reply.thenApply(Function.identity());
    }

    @Override
    public final CompletionStage<Object> batch(List<Call> calls) {
        return LettuceCalls.together(calls.stream().map(this::send).toList());
    }

    /** Those of others would get into them. */
    @Override
    public final boolean hasTransactions() {
        return false;
    }

    @Override
    public final CompletionStage<Session> connect() {
        throw new UnsupportedOperationException();
    }

    /** Nothing in Lettuce's failures tells whether the command was sent. */
    @Override
    public final Fate fate(Throwable failure) {
        return failure instanceof RedisCommandExecutionException ? Fate.REFUSED : Fate.SENT;
    }

    @Override
    public void subscribe(String channel, Runnable onMessage) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final List<Executor> loops() {
        return List.copyOf(loops);
    }

    @Override
    public final void endLoops() {
        loops.forEach(ExecutorService::shutdown);
    }
}
