package io.quarkiverse.redis.multiplexer.engine.topology;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Three shards with a replica each, which answer nothing by themselves: slots are shared out by turns. */
final class HandNodes implements ClusterNodes {

    /** @param where {@code slot 17}, {@code node 7010} or {@code anywhere} */
    record Sent(String where, PendingCommand command) {

        /** The request as one would type it. */
        String words() {
            SingleCommand single = (SingleCommand) command;
            List<String> words = new ArrayList<>(List.of(single.name().toUpperCase()));
            single.arguments().forEach(argument -> words.add(new String(argument, StandardCharsets.UTF_8)));
            return String.join(" ", words);
        }
    }

    final List<Sent> sent = new ArrayList<>();
    private final List<Shard> shards = IntStream.range(0, 3)
            .mapToObj(i -> new Shard(member(i), List.of(member(10 + i)))).toList();

    SlotMap map = new SlotMap(shards,
            IntStream.range(0, SlotMap.SLOTS).mapToObj(slot -> new SlotMap.Range(slot, slot, shards.get(slot % 3))).toList());
    int doubts;

    private static Member member(int number) {
        return new Member(SocketAddress.inetSocketAddress(7000 + number, "127.0.0.1"), Health.ONLINE, "");
    }

    static final Failures FAILURES = new Failures("test",
            NodeAddress.of(new RedisOptions().setConnectionString("redis://127.0.0.1:7000")), new MultiplexerOptions());

    /** Plans the request and carries the plan out. */
    Future<Response> run(String words) {
        return run(Commands.request(words));
    }

    Future<Response> run(Request request) {
        Promise<Response> promise = Promise.promise();
        run(new SingleCommand(request, promise, CommandReport.NONE));
        return promise.future();
    }

    void run(SingleCommand command) {
        PlanRun.start(command, Planner.of(command, Commands.slot(command), Commands.unasked(), FAILURES.subject()), this,
                FAILURES);
    }

    List<String> sentWords() {
        return sent.stream().map(each -> each.where() + ": " + each.words()).toList();
    }

    @Override
    public SlotMap map() {
        return map;
    }

    @Override
    public Optional<SocketAddress> owner(int slot) {
        return map.primary(slot);
    }

    @Override
    public boolean admit(PendingCommand command, List<? extends PendingCommand> parts) {
        return true;
    }

    @Override
    public void submit(PendingCommand command) {
        int slot = command.slot(Commands.unasked());
        sent.add(new Sent(slot < 0 ? "anywhere" : "slot " + slot, command));
    }

    @Override
    public void submit(SocketAddress node, PendingCommand command) {
        sent.add(new Sent("node " + node.port(), command));
    }

    @Override
    public void doubt() {
        doubts++;
    }
}
