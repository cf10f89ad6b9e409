package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Finds the primary among servers that replicate, by asking them: the one that was known before first, and when that is none
 * any more, or cannot be reached, all that are configured or that the latest primary has told of. What replicas say whose data
 * they have leads to others. Of several that take themselves for the primary, it is the one that most servers take for it.
 */
final class ReplicationSearch implements PrimarySearch {

    private static final int MOST_SERVERS = 32;

    /** What has come of one search so far, in the order in which servers were asked. */
    private static final class Findings {

        private final Map<SocketAddress, RoleReply> answers = new LinkedHashMap<>();
        private final Map<SocketAddress, Throwable> failures = new LinkedHashMap<>();

        boolean has(SocketAddress server) {
            return answers.containsKey(server) || failures.containsKey(server);
        }

        void take(SocketAddress server, Future<RoleReply> told) {
            if (told.succeeded()) {
                answers.put(server, told.result());
            } else {
                failures.put(server, told.cause());
            }
        }
    }

    private final ClusterAddresses addresses;
    private final ServerRoles roles;
    private final ReplicationTrouble trouble;
    /** Those that the latest primary has told of, and itself. */
    private Set<SocketAddress> learnt = Set.of();

    ReplicationSearch(ClientSettings settings, Links links) {
        this.addresses = new ClusterAddresses(settings.addresses());
        this.roles = new ServerRoles(links);
        this.trouble = new ReplicationTrouble(settings.name());
    }

    @Override
    public void begin(Runnable hint) {
        // Nobody tells unasked.
    }

    @Override
    public Future<Shard> find(Clues clues) {
        Findings findings = new Findings();
        Set<SocketAddress> known = new LinkedHashSet<>();
        clues.current().filter(server -> !clues.unreachable().contains(server)).ifPresent(known::add);
        return ask(known, findings).compose(done -> primary(findings, clues).map(Future::succeededFuture)
                .orElseGet(() -> askAll(findings, clues)));
    }

    private Future<Shard> askAll(Findings findings, Clues clues) {
        Set<SocketAddress> all = new LinkedHashSet<>();
        addresses.seeds().forEach(seed -> all.add(seed.socket()));
        all.addAll(learnt);
        clues.current().ifPresent(all::add);
        return ask(all, findings).compose(done -> ask(named(findings), findings))
                .compose(done -> primary(findings, clues).map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(trouble.nobody(findings.answers, findings.failures))));
    }

    private static Set<SocketAddress> named(Findings findings) {
        Set<SocketAddress> named = new LinkedHashSet<>();
        findings.answers.values().forEach(told -> told.primary().ifPresent(named::add));
        return named;
    }

    /** Asks those that have not been asked yet, all at once. */
    private Future<Void> ask(Set<SocketAddress> servers, Findings findings) {
        Map<SocketAddress, Future<RoleReply>> asked = new LinkedHashMap<>();
        servers.stream().filter(server -> !findings.has(server)).limit(MOST_SERVERS)
                .forEach(server -> asked.put(server, roles.ask(addresses.of(server))));
        return Future.<RoleReply> join(List.copyOf(asked.values())).onComplete(done -> asked.forEach(findings::take))
                .<Void> mapEmpty().otherwiseEmpty();
    }

    /** Of equals it is the one that was known before, else the one that was asked first: all clients choose the same. */
    private Optional<Shard> primary(Findings findings, Clues clues) {
        SocketAddress best = null;
        long most = -1;
        for (Map.Entry<SocketAddress, RoleReply> answer : findings.answers.entrySet()) {
            SocketAddress server = answer.getKey();
            if (answer.getValue().role() == NodeRole.PRIMARY) {
                long votes = 2 * votes(server, answer.getValue(), findings)
                        + (clues.current().filter(server::equals).isPresent() ? 1 : 0);
                best = votes > most ? server : best;
                most = Math.max(most, votes);
            }
        }
        return Optional.ofNullable(best).map(server -> adopt(server, findings.answers.get(server)));
    }

    /** How many have its data: as they say, or as it says itself, if it is known there by other addresses. */
    private static long votes(SocketAddress server, RoleReply told, Findings findings) {
        long voters = findings.answers.values().stream().filter(other -> other.primary().filter(server::equals).isPresent())
                .count();
        return Math.max(voters, told.replicas().size());
    }

    private Shard adopt(SocketAddress server, RoleReply told) {
        Set<SocketAddress> replicas = new LinkedHashSet<>(told.isDetailed() ? told.replicas() : learnt);
        replicas.remove(server);
        learnt = new LinkedHashSet<>(replicas);
        learnt.add(server);
        return new Shard(new Member(server, Health.ONLINE, ""),
                replicas.stream().map(replica -> new Member(replica, Health.ONLINE, "")).toList());
    }

    @Override
    public NodeAddress address(SocketAddress server) {
        return addresses.of(server);
    }

    @Override
    public Optional<Verdict> verdict(ErrorType error, SocketAddress from) {
        return Verdict.ofPrimary(error, from);
    }

    @Override
    public Future<Void> close() {
        return roles.close();
    }
}
