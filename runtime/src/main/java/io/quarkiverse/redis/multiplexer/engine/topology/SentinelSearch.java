package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisRole;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Finds a server by <a href="https://valkey.io/topics/sentinel-clients/">sentinels</a>: asks one after the other until one
 * names a server that says itself that it is what is looked for. The sentinel whose answer was right is asked first the next
 * time, and by it the others become known.
 * <p>
 * The link to that sentinel stays: it says when another server becomes the primary, is asked again and again, for what it has
 * said may have been lost, and when it ends the search begins anew.
 */
final class SentinelSearch implements PrimarySearch {

    private static final Logger LOG = Logger.getLogger("io.quarkiverse.redis.multiplexer");
    /**
     * What a sentinel says first when it has seen that another server has become the primary: that it has made it so itself, or
     * has heard of it, and when all replicas have followed.
     */
    private static final List<String> SWITCHES = List.of("+promoted-slave", "+failover-state-reconf-slaves",
            "+config-update-from",
            "+switch-master");
    private static final int MOST_SENTINELS = 32;

    /** A link to a sentinel. */
    private record Open(NodeAddress sentinel, Link link) {
    }

    /** What has come of one search so far. */
    private static final class Findings {

        private final Clues clues;
        private final Map<NodeAddress, Throwable> causes = new LinkedHashMap<>();
        /** Servers that are not what sentinels have said, and why. */
        private final Map<SocketAddress, Throwable> refuted = new HashMap<>();

        Findings(Clues clues) {
            this.clues = clues;
        }
    }

    private final SentinelSettings settings;
    private final SentinelTrouble trouble;
    private final Links toSentinels;
    private final ServerRoles roles;
    private final ConfigEpochs epochs = new ConfigEpochs(System::nanoTime);
    private final LoopTimer watch;
    private final long watchMillis;
    /** Those that are configured, and those that they have told of; the one to ask first comes first. */
    private List<NodeAddress> sentinels;
    private Runnable hint = () -> {
    };
    private Optional<Open> open = Optional.empty();
    private Optional<SocketAddress> found = Optional.empty();
    /** Whether it has been logged that a sentinel does not let us listen. */
    private boolean refusalIsLogged;
    private boolean closed;

    /** @param watchMillis how often the sentinel is asked whether all is as it was */
    SentinelSearch(SentinelSettings settings, Links toSentinels, Links toServers, LoopTimer watch, long watchMillis) {
        this.settings = settings;
        this.trouble = new SentinelTrouble(settings);
        this.toSentinels = toSentinels;
        this.roles = new ServerRoles(toServers);
        this.watch = watch;
        this.watchMillis = watchMillis;
        this.sentinels = settings.sentinels();
    }

    @Override
    public void begin(Runnable runnable) {
        hint = runnable;
    }

    @Override
    public NodeAddress address(SocketAddress server) {
        return settings.role() == RedisRole.SENTINEL ? settings.sentinel(server) : settings.server(server);
    }

    @Override
    public Optional<Verdict> verdict(ErrorType error, SocketAddress from) {
        return settings.role() == RedisRole.MASTER ? Verdict.ofPrimary(error, from) : Optional.empty();
    }

    @Override
    public Future<Shard> find(Clues clues) {
        return ask(List.copyOf(sentinels).iterator(), new Findings(clues));
    }

    private Future<Shard> ask(Iterator<NodeAddress> rest, Findings findings) {
        if (closed || !rest.hasNext()) {
            return Future.failedFuture(trouble.nobody(findings.causes));
        }
        NodeAddress sentinel = rest.next();
        return link(sentinel).compose(link -> ask(sentinel, link, findings)).recover(cause -> {
            findings.causes.put(sentinel, cause);
            leave(sentinel);
            return ask(rest, findings);
        });
    }

    /** The other sentinels are asked for first: so they are known as soon as the server is, if this one ends then. */
    private Future<Shard> ask(NodeAddress sentinel, Link link, Findings findings) {
        Future<Response> others = settings.role() == RedisRole.SENTINEL ? Future.failedFuture("not needed")
                : link.ask(question("SENTINELS"));
        return lookUp(sentinel, link, findings).map(server -> {
            others.onSuccess(this::learn);
            return adopt(sentinel, link, server);
        });
    }

    /** The link that there is, or a new one in its place. */
    private Future<Link> link(NodeAddress sentinel) {
        if (open.filter(it -> it.sentinel.equals(sentinel)).isPresent()) {
            return Future.succeededFuture(open.get().link);
        }
        leave();
        return toSentinels.open(sentinel, new Watching()).compose(link -> {
            if (closed) {
                link.close();
                return Future.failedFuture("closed");
            }
            open = Optional.of(new Open(sentinel, link));
            return Future.succeededFuture(link);
        });
    }

    private void leave(NodeAddress sentinel) {
        if (open.filter(it -> it.sentinel.equals(sentinel)).isPresent()) {
            leave();
        }
    }

    private void leave() {
        watch.cancel();
        open.ifPresent(it -> it.link.close());
        open = Optional.empty();
    }

    private Future<SocketAddress> lookUp(NodeAddress sentinel, Link link, Findings findings) {
        return switch (settings.role()) {
            case MASTER -> primary(sentinel, link).compose(server -> found.isPresent() && !found.get().equals(server)
                    ? another(sentinel, link, server, findings)
                    : verified(sentinel, server, NodeRole.PRIMARY, findings).onSuccess(it -> epochs.confirmed()));
            case REPLICA -> primary(sentinel, link).compose(primary -> link.ask(question("REPLICAS")))
                    .compose(replicas -> aReplica(sentinel, SentinelReply.usableReplicas(replicas), findings));
            case SENTINEL -> link.ask(Request.cmd(Command.PING)).map(sentinel.socket());
        };
    }

    private Request question(String subcommand) {
        return Request.cmd(Command.create("SENTINEL")).arg(subcommand).arg(settings.primaryName());
    }

    private Future<SocketAddress> primary(NodeAddress sentinel, Link link) {
        return link.ask(question("GET-MASTER-ADDR-BY-NAME")).compose(reply -> {
            Optional<SocketAddress> named = SentinelReply.primary(reply);
            return named.map(Future::succeededFuture).orElseGet(() -> link
                    .ask(Request.cmd(Command.create("SENTINEL")).arg("MASTERS")).map(SentinelReply::names).otherwise(List.of())
                    .compose(names -> Future.failedFuture(new SentinelTrouble.UnknownName(sentinel, names))));
        });
    }

    /** There has been a failover; or this sentinel has not heard of the latest one, which it says by the epoch of its word. */
    private Future<SocketAddress> another(NodeAddress sentinel, Link link, SocketAddress server, Findings findings) {
        return link.ask(question("MASTER")).map(SentinelReply::configEpoch).otherwise(OptionalLong.empty())
                .compose(epoch -> epochs.isBehind(epoch) ? Future.failedFuture(trouble.isBehind(sentinel, server))
                        : verified(sentinel, server, NodeRole.PRIMARY, findings).onSuccess(it -> epochs.changed(epoch)));
    }

    /** Each server is asked once in a search: it would say the same again. */
    private Future<SocketAddress> verified(NodeAddress sentinel, SocketAddress server, NodeRole wanted,
            Findings findings) {
        Throwable known = findings.refuted.get(server);
        Future<Void> verification = known != null ? Future.failedFuture(known)
                : roles.verify(settings.server(server), wanted, role -> trouble.isNot(server, role));
        return verification.map(server).recover(cause -> {
            findings.refuted.put(server, cause);
            return Future.failedFuture(trouble.refuted(sentinel, server, wanted, cause));
        });
    }

    /** The one that is used stays as long as it can be. Otherwise it is any of them, so that clients spread. */
    private Future<SocketAddress> aReplica(NodeAddress sentinel, List<SocketAddress> usable, Findings findings) {
        List<SocketAddress> candidates = new ArrayList<>(usable);
        Collections.shuffle(candidates);
        findings.clues.current().filter(candidates::remove).ifPresent(current -> candidates.add(0, current));
        candidates.removeIf(findings.clues.unreachable()::contains);
        usable.stream().filter(findings.clues.unreachable()::contains).forEach(candidates::add);
        Future<SocketAddress> replica = Future.failedFuture(trouble.noReplica(sentinel));
        for (SocketAddress candidate : candidates) {
            replica = replica.recover(cause -> verified(sentinel, candidate, NodeRole.REPLICA, findings));
        }
        return replica;
    }

    private Shard adopt(NodeAddress sentinel, Link link, SocketAddress server) {
        List<NodeAddress> order = new ArrayList<>(sentinels);
        order.remove(sentinel);
        order.add(0, sentinel);
        sentinels = order;
        found = Optional.of(server);
        if (!watch.isPlanned() && !closed) {
            List<Future<Void>> listening = SWITCHES.stream()
                    .map(channel -> link.listen(channel).onFailure(cause -> onRefused(sentinel, cause))).toList();
            watch.repeat("a question to a sentinel", this::check, watchMillis);
            if (settings.role() == RedisRole.MASTER) {
                // A failover between its answer, which may be a second old, and this has been told to nobody here.
                Future.join(listening).onComplete(done -> check());
            }
        }
        return new Shard(new Member(server, Health.ONLINE, ""), List.of());
    }

    /** What the sentinel would tell is noticed a little later, when it is asked. */
    private void onRefused(NodeAddress sentinel, Throwable cause) {
        if (cause instanceof ErrorType && !refusalIsLogged) {
            refusalIsLogged = true;
            LOG.warn(trouble.tellsNothing(sentinel, cause, watchMillis));
        }
    }

    /** Those that are not told of any more are forgotten, but for those that are configured. */
    private void learn(Response others) {
        List<SocketAddress> told = SentinelReply.addresses(others);
        List<NodeAddress> configured = settings.sentinels();
        List<NodeAddress> all = new ArrayList<>(sentinels);
        all.removeIf(known -> !configured.contains(known) && !told.contains(known.socket())
                && open.filter(it -> it.sentinel.equals(known)).isEmpty());
        told.stream().map(settings::sentinel).filter(other -> !all.contains(other)).forEach(all::add);
        sentinels = all.size() <= MOST_SENTINELS ? all : all.subList(0, MOST_SENTINELS);
    }

    private void check() {
        open.ifPresent(it -> {
            if (settings.role() == RedisRole.REPLICA) {
                // A replica may have lost its primary.
                hint.run();
                return;
            }
            Future<SocketAddress> answer = settings.role() == RedisRole.MASTER ? primary(it.sentinel, it.link)
                    : it.link.ask(Request.cmd(Command.PING)).map(it.sentinel.socket());
            answer.onComplete(result -> {
                if (result.failed() || !found.equals(Optional.of(result.result()))) {
                    hint.run();
                }
            });
        });
    }

    @Override
    public Future<Void> close() {
        closed = true;
        leave();
        return Future.join(toSentinels.close(), roles.close()).mapEmpty();
    }

    private final class Watching implements LinkListener {

        /** A message is its kind, its channel, and what it says: words, the name of the primary among them. */
        @Override
        public void onMessage(Response message) {
            if (message.size() == 3
                    && Arrays.asList(message.get(2).toString().split(" ")).contains(settings.primaryName())) {
                hint.run();
            }
        }

        @Override
        public void onLost(Throwable cause) {
            watch.cancel();
            open = Optional.empty();
            hint.run();
        }
    }
}
