package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.vertx.core.AsyncResult;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;

/**
 * The zones that servers say they are in (Valkey's {@code availability-zone}). Each is asked once, and again only if it could
 * not answer. Used on one event loop.
 */
final class Zones {

    private static final long RETRY_MILLIS = 1000;

    private final EventLoop loop;
    private final ReplicaWatch.Questions questions;
    private final Runnable onChange;
    private final LoopTimer retry;
    private final Map<SocketAddress, String> told = new HashMap<>();
    private final Set<SocketAddress> asked = new HashSet<>();
    private Set<SocketAddress> servers = Set.of();

    /** @param onChange called when a server has told its zone */
    Zones(EventLoop loop, ReplicaWatch.Questions questions, Runnable onChange) {
        this.loop = loop;
        this.questions = questions;
        this.onChange = onChange;
        this.retry = new LoopTimer(loop);
    }

    /** Those that have been told so far; a server that is in none has an empty one. */
    Map<SocketAddress, String> told() {
        return Map.copyOf(told);
    }

    /** It is these servers whose zones are to be known, and no others. */
    void follow(Set<SocketAddress> known) {
        servers = Set.copyOf(known);
        told.keySet().retainAll(servers);
        ask();
    }

    /** Asks nobody any more. */
    void close() {
        servers = Set.of();
        retry.cancel();
    }

    private void ask() {
        for (SocketAddress server : servers) {
            if (!told.containsKey(server) && asked.add(server)) {
                questions.ask(server, ServerInfo.aboutServer())
                        .onComplete(answer -> LoopTask.run(loop, "the zone of a server", () -> onAnswer(server, answer)));
            }
        }
    }

    private void onAnswer(SocketAddress server, AsyncResult<Response> answer) {
        asked.remove(server);
        if (!servers.contains(server)) {
            return;
        }
        if (answer.succeeded()) {
            told.put(server, ServerInfo.of(answer.result()).zone());
            onChange.run();
        } else {
            retry.plan(this::ask, RETRY_MILLIS);
        }
    }
}
