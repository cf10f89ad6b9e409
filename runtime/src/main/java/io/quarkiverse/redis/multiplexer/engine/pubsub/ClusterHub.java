package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.net.ConnectException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterNodes.Member;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Carries the subscriptions of a client to a cluster:
 *
 * <pre>
 * SUBSCRIBE, PSUBSCRIBE       on one connection to one primary, and to another one when that is lost: what is published
 *                             anywhere comes to all nodes
 * SSUBSCRIBE                  on a connection to the owner of the channel's slot, whoever that is at the time
 * the same of keyspace        on a connection to each primary: a node tells of its own keys only
 * events
 * </pre>
 *
 * A subscription that is in force stays where it is until its server ends it, its connection is lost, its node is no primary
 * any more, or it is found to be {@linkplain Strays astray}; the gap is told as after any loss.
 * <p>
 * What one publishes when one's subscription has been confirmed comes back, as on one server: by SPUBLISH, because it goes to
 * the node that has confirmed; keyspace events of one's own writes, because every primary has; and by PUBLISH, which may go to
 * another node, because that passes it on to the node that had confirmed before. There is one more way to lose it than on one
 * server: a node passes messages on once, to those that it has a link to at that moment, and tells nobody if that fails.
 * And when the subscription goes from one node to another that is behind, that one brings what the first has brought already:
 * nothing in a message says which one it is.
 * Clients that publish a channel's messages at different nodes may be heard in different orders by different subscribers.
 * <p>
 * The {@link DemotionWatch} has it noticed when another node has become a primary, if no connection is lost and no command is
 * redirected. Of its keyspace events until then, the old primary tells those that it replicates; others, as of keys that
 * expire, are missed, and the gap is told from then on.
 * <p>
 * Lives on one event loop; its methods may be called from any thread. The calls of one thread take effect in their order.
 */
public final class ClusterHub implements Hub, HubEntrance.Home, HubConnection.Owner {

    private enum State {
        OPEN,
        CLOSED
    }

    private final Vertx vertx;
    private final Context context;
    private final ClusterNodes nodes;
    private final ClientSettings settings;
    private final Failures failures;
    private final HubEntrance entrance;
    private final Subscriptions subscriptions;
    private final RovingConnector roving;
    private final HubConnection anywhere;
    private final MemberConnections members;
    private final EveryPrimary everyPrimary;
    private final DemotionWatch watch;
    private final Strays strays;
    private final LoopTimer clock;
    private State state = State.OPEN;
    /** Where the connection is that may be anywhere; its last one if it is lost. */
    private volatile Optional<Member> home = Optional.empty();

    /**
     * @param context of an event loop, and the hub's own
     * @param failures the words for what concerns no node
     */
    public ClusterHub(Vertx vertx, Context context, ClusterNodes nodes, ClientSettings settings, Failures failures) {
        this.vertx = vertx;
        this.context = context;
        this.nodes = nodes;
        this.settings = settings;
        this.failures = failures;
        this.entrance = new HubEntrance(VertxAccess.eventLoop(context), settings, failures, this::server, this);
        this.subscriptions = entrance.subscriptions();
        this.roving = new RovingConnector(nodes, failures.subject());
        this.anywhere = new HubConnection("the subscription hub", context, roving, settings, failures,
                new OutageLog(failures.subject()), (first, next) -> true, subscriptions, this, entrance.afterwards());
        this.members = new MemberConnections(this::connectionTo, this::isUsed);
        this.everyPrimary = new EveryPrimary(subscriptions, () -> members.of(nodes.primaries()), entrance::schedule,
                settings.backoff());
        this.watch = new DemotionWatch(nodes, () -> members.of(everyPrimary.connections()), System.nanoTime());
        this.strays = new Strays(subscriptions, members, nodes, entrance::schedule, this::settle);
        this.clock = new LoopTimer(VertxAccess.eventLoop(context));
        nodes.listen(() -> entrance.run(this::onChange));
    }

    private HubConnection connectionTo(Member member) {
        // Whoever asks for it, it is closed when nobody uses it any more.
        startClock();
        return new HubConnection("the subscription hub", VertxAccess.newContext(vertx, VertxAccess.eventLoop(context)),
                member.connector(), settings, member.failures(), member.outages(), ClusterHub::hasOneSlot,
                new MemberAnswers(member, nodes, subscriptions, everyPrimary), this, entrance.afterwards());
    }

    /** How many channels and patterns are in force at the node. May be called from any thread. */
    public int size(Member node) {
        return members.size(node) + (home.filter(node::equals).isPresent() ? anywhere.size() : 0);
    }

    /** The connections to the node. May be called from any thread. */
    public List<ConnectionStatus> connections(Member node) {
        return members.status(node, home.filter(node::equals).map(here -> anywhere));
    }

    /** How often subscriptions that the node had came into force again, here or elsewhere. May be called from any thread. */
    public long restorations(Member node) {
        return entrance.restorations(node.failures());
    }

    @Override
    public Future<Void> call(Subscriber subscriber, Request request, Context caller, Runnable onEnd) {
        return entrance.call(subscriber, request, caller, onEnd);
    }

    @Override
    public void detach(Subscriber subscriber, Throwable cause) {
        entrance.detach(subscriber, cause);
    }

    /** What one command may be about. Of what is no sharded channel a server does not say which one it has refused. */
    private static boolean hasOneSlot(Subscription first, Subscription next) {
        return first.kind == SubscriptionKind.SHARD && first.slot == next.slot;
    }

    /** Who is to be told of it, or has been. */
    private Telling.Server server(Subscription subscription) {
        if (subscription.state() != Subscription.State.ABSENT) {
            return subscription.server().orElseThrow();
        }
        if (subscription.kind == SubscriptionKind.SHARD) {
            Optional<Member> owner = subscription.isNeeded() ? nodes.owner(subscription.slot) : Optional.empty();
            return owner.<Telling.Server> map(members::of).orElse(Telling.NOBODY);
        }
        return KeyspaceChannel.isWanted(subscription) ? everyPrimary : anywhere;
    }

    /** Whether the subscription is told there, or waits for that. */
    private boolean isOn(HubConnection connection, Subscription subscription) {
        Telling.Server server = server(subscription);
        return server == connection || server == everyPrimary && everyPrimary.waitsFor(subscription, connection);
    }

    private boolean isUsed(HubConnection connection) {
        return everyPrimary.uses(connection) || subscriptions.table().isAny(subscription -> server(subscription) == connection);
    }

    @Override
    public boolean isEnding() {
        return state == State.CLOSED;
    }

    @Override
    public void begun(SubscriptionCall call) {
        nodes.whenKnown(context).onFailure(cause -> {
            entrance.failUnlessWaitingHelps(subscription -> server(subscription) != anywhere, cause);
            entrance.settle();
        });
        for (HubConnection connection : members.andAlso(anywhere)) {
            connection.state().unavailable().ifPresent(cause -> failUnlessWaitingHelps(connection, cause));
        }
        startClock();
    }

    /** Deadlines are looked at here, for there may be no connection that would have them looked at. */
    private void startClock() {
        if (!clock.isPlanned()) {
            clock.repeat("a look at subscriptions", this::onTick, settings.clockPeriodMillis());
        }
    }

    private void onTick() {
        long now = System.nanoTime();
        entrance.expire(now);
        members.closeUnused(now);
        watch.look(now);
        if (state == State.CLOSED || subscriptions.isEmpty() && members.isEmpty()) {
            clock.cancel();
        }
    }

    @Override
    public Throwable timedOut(SubscriptionCall call) {
        Optional<HubConnection> connection = call.firstAwaited().flatMap(
                awaited -> members.andAlso(anywhere).stream().filter(each -> isOn(each, awaited)).findFirst());
        return connection.map(each -> each.timedOut(call))
                .orElseGet(() -> failures.timedOut(call.kind.command(call.change).toString(), false,
                        new ConnectException("no node is known that could be asked")));
    }

    /** The primaries, or the owners of slots, may be others. */
    private void onChange() {
        if (state == State.CLOSED) {
            return;
        }
        List<Member> primaries = nodes.primaries();
        if (!primaries.isEmpty()) {
            leaveOthers(primaries);
            everyPrimary.onPrimaries(() -> members.of(primaries));
        }
        subscriptions.reroute(subscription -> subscription.kind == SubscriptionKind.SHARD
                && subscription.state() == Subscription.State.ABSENT);
        strays.lookSoon();
        entrance.settle();
    }

    private void leaveOthers(List<Member> primaries) {
        for (HubConnection gone : members.keepOnly(primaries)) {
            subscriptions.onLost(subscription -> subscription.server().filter(server -> server == gone).isPresent()
                    && subscription.state() != Subscription.State.ABSENT, gone.failures());
            gone.drop();
        }
        leaveHome(primaries);
    }

    private void leaveHome(List<Member> primaries) {
        home.filter(left -> !primaries.isEmpty() && !primaries.contains(left)).ifPresent(left -> anywhere
                .replace(new ConnectException(left.failures().node() + " is no primary of the cluster any more")));
    }

    @Override
    public void deliver(HubConnection from, SubscriptionKind kind, String name, Response message) {
        if (from == anywhere) {
            subscriptions.table().deliver(kind, name, message);
        } else if (kind != SubscriptionKind.SHARD) {
            everyPrimary.deliver(from, kind, name, message);
        } else if (subscriptions.table().find(kind, name).flatMap(Subscription::server).filter(server -> server == from)
                .isPresent()) {
            subscriptions.table().deliver(kind, name, message);
        }
    }

    @Override
    public void missed(HubConnection from, Throwable cause) {
        subscriptions.table().fail(subscription -> {
            Telling.Server server = server(subscription);
            return server == from || server == everyPrimary && everyPrimary.carries(subscription, from);
        }, cause);
    }

    /** Whoever is asked for the channel again at once says where its slot is now. */
    @Override
    public void endedByServer(HubConnection from, SubscriptionKind kind, String name) {
        if (from == anywhere) {
            subscriptions.endedByServer(kind, name, home.map(Member::failures).orElse(failures));
        } else if (kind != SubscriptionKind.SHARD) {
            everyPrimary.endedByServer(from, kind, name);
        } else {
            subscriptions.table().find(kind, name).filter(Subscription::isInForce)
                    .filter(subscription -> subscription.server().orElseThrow() == from)
                    .ifPresent(subscription -> {
                        members.member(from).ifPresent(nodes::onEnded);
                        subscriptions.lose(List.of(subscription), from.failures());
                    });
        }
    }

    @Override
    public void onReady(HubConnection ready) {
        if (ready == anywhere) {
            home = ready.state().connection().flatMap(roving::home);
            // It may have ceased to be one while the connection was made.
            leaveHome(nodes.primaries());
        }
        members.member(ready).ifPresent(nodes::onReachable);
        subscriptions.onReady();
        everyPrimary.tell();
    }

    @Override
    public void onUnavailable(HubConnection unavailable, Throwable cause) {
        members.member(unavailable).ifPresent(nodes::onUnreachable);
        failUnlessWaitingHelps(unavailable, cause);
    }

    private void failUnlessWaitingHelps(HubConnection connection, Throwable cause) {
        entrance.failUnlessWaitingHelps(subscription -> isOn(connection, subscription), cause);
    }

    @Override
    public void onLost(HubConnection lost) {
        Optional<Member> where = lost == anywhere ? home : members.member(lost);
        subscriptions.onLost(subscription -> server(subscription) == lost, where.map(Member::failures).orElse(failures));
        everyPrimary.onLost(lost);
    }

    @Override
    public boolean needs(HubConnection connection) {
        return isUsed(connection);
    }

    @Override
    public void settle() {
        entrance.settle();
        everyPrimary.tell();
    }

    @Override
    public void tellCallers() {
        entrance.tellCallers();
    }

    /** Ends all subscriptions. */
    public Future<Void> close() {
        Promise<Void> promise = Promise.promise();
        try {
            VertxAccess.eventLoop(context).execute(() -> {
                state = State.CLOSED;
                List<HubConnection> all = members.andAlso(anywhere);
                members.keepOnly(List.of());
                Guard.run("the end of all subscriptions", entrance::end);
                Future.join(all.stream().map(HubConnection::drop).toList())
                        .onComplete(done -> Guard.complete(promise, null));
            });
        } catch (RejectedExecutionException e) {
            // The event loop is gone, and the connections with it.
            Guard.complete(promise, null);
        }
        return promise.future();
    }
}
