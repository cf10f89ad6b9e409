package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionKeeper;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionUser;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.KeeperState;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.PushType;

/**
 * One connection of a hub, kept for ever. Everything that is sent on it is one of the {@link Exchanges}; there are no commands
 * in flight besides. Used on the event loop of the hub.
 */
final class HubConnection implements ConnectionUser, Telling.Server, Exchanges.Connection {

    private static final Logger LOG = Logger.getLogger(SubscriptionHub.class);

    /** The hub: told of the life of the connection, and of what comes on it and answers nothing. */
    interface Owner {

        void deliver(HubConnection from, SubscriptionKind kind, String name, Response message);

        /** A message of one of the subscriptions on it has been missed. */
        void missed(HubConnection from, Throwable cause);

        /** The server says by itself that a subscription has ended, as it does when a slot moves. */
        void endedByServer(HubConnection from, SubscriptionKind kind, String name);

        void onReady(HubConnection connection);

        void onUnavailable(HubConnection connection, Throwable cause);

        /** It is lost, and not because it was closed by the hub. Told again if that has thrown anything. */
        void onLost(HubConnection connection);

        /** Time has passed, for a hub that does not look at deadlines by itself. */
        default void onTick(long now) {
        }

        /** Whether there has to be a connection. */
        boolean needs(HubConnection connection);

        /** It has been closed by the hub. */
        default void onEnded(HubConnection connection) {
        }

        /** Something has changed: the server may have to be told, and callers. */
        void settle();

        /** Something has changed: callers may have to be told. */
        void tellCallers();
    }

    private final Failures failures;
    private final ConnectionKeeper keeper;
    private final BiPredicate<Subscription, Subscription> together;
    private final Owner owner;
    private final Afterwards afterwards;
    private final Exchanges exchanges;
    private volatile int size;
    /** Whether the hub has not seen to a loss yet: then it takes for subscribed what the next connection knows nothing of. */
    private boolean lossUnseen;

    /**
     * @param context of the event loop of the hub, and the connection's own
     * @param together whether two of the same kind may be in one command
     * @param answers hears of the answers of the server
     */
    HubConnection(String label, Context context, Connector connector, ClientSettings settings, Failures failures,
            OutageLog outages, BiPredicate<Subscription, Subscription> together, Exchanges.Listener answers, Owner owner,
            Afterwards afterwards) {
        this.failures = failures;
        this.keeper = new ConnectionKeeper(label, context, connector, settings, failures, outages, this);
        this.together = together;
        this.owner = owner;
        this.afterwards = afterwards;
        this.exchanges = new Exchanges(this, new Counting(answers));
    }

    KeeperState state() {
        return keeper.state();
    }

    /** May be called from any thread. */
    ConnectionStatus status() {
        return keeper.state().status();
    }

    /** How many subscriptions are in force on it. May be called from any thread. */
    int size() {
        return size;
    }

    /** The words for what happens at the server. */
    Failures failures() {
        return failures;
    }

    /** The failure of a call that has waited in vain for what is told here. */
    Throwable timedOut(SubscriptionCall call) {
        boolean connected = keeper.state().connection().isPresent();
        Throwable unavailable = connected ? call.refusal() : keeper.state().missing().orElse(null);
        return failures.timedOut(call.kind.command(call.change).toString(), connected && unavailable == null, unavailable);
    }

    @Override
    public void dial() {
        keeper.connectIfIdle();
    }

    /** Gives up the connection now; there will be another one. */
    void replace(Throwable cause) {
        keeper.state().connection().ifPresent(connection -> connection.close(cause));
    }

    /** Ends it: nothing is read any more. */
    Future<Void> close() {
        return keeper.close(Duration.ZERO, () -> {
        });
    }

    /** Ends it, by the hub: what comes on it until it has ended answers nothing. */
    Future<Void> drop() {
        forget();
        return close();
    }

    private void forget() {
        exchanges.clear();
        size = 0;
    }

    @Override
    public boolean isWritable() {
        return keeper.state().connection().filter(NodeConnection::isWritable).isPresent();
    }

    @Override
    public boolean takesTogether(Subscription first, Subscription next) {
        return together.test(first, next);
    }

    @Override
    public void send(SubscriptionKind kind, Change change, List<Subscription> names) {
        Request request = Request.cmd(kind.command(change));
        names.forEach(subscription -> request.arg(subscription.name.getBytes(StandardCharsets.ISO_8859_1)));
        exchanges.told(kind, change, names);
        sendLatest(keeper.state().connection().orElseThrow(), request);
    }

    private void sendLatest(NodeConnection connection, Request request) {
        try {
            connection.sendUnanswered(request);
        } catch (Throwable e) {
            exchanges.takeBackLatest();
            throw e;
        }
    }

    @Override
    public void outOfOrder() {
        replace(new ProtocolException("The server has left out the answer to a subscription"));
    }

    @Override
    public void answered() {
        keeper.state().connection().ifPresent(NodeConnection::answerRecognized);
    }

    @Override
    public void onMessage(NodeConnection connection, Response message) {
        Optional<PubSubMessage> said = PubSubMessage.of(message);
        if (said.isPresent() && said.get().change().isEmpty()) {
            deliver(said.get(), message);
            return;
        }
        if (said.isPresent()) {
            onChange(said.get().kind(), said.get().change().get(), said.get().name());
        } else if (message instanceof ErrorType error) {
            if (!exchanges.onError(error)) {
                LOG.debugf("%s: dropped an error that answers nothing", failures.subject());
            }
        } else if (!(message instanceof PushType)) {
            exchanges.onReply();
        }
        owner.tellCallers();
    }

    private void deliver(PubSubMessage said, Response message) {
        try {
            owner.deliver(this, said.kind(), said.name(), message);
        } catch (Throwable e) {
            // There is no memory for it: it is missed, and the others are not.
            onMissedMessage(e);
        }
    }

    private void onChange(SubscriptionKind kind, Change change, String name) {
        if (!exchanges.onConfirmation(kind, change, name) && change == Change.UNSUBSCRIBE) {
            size = size - 1;
            owner.endedByServer(this, kind, name);
        }
    }

    @Override
    public void onMissedMessage(Throwable reason) {
        owner.missed(this, failures.messageDropped(reason));
    }

    @Override
    public void onReadComplete(NodeConnection connection) {
        owner.settle();
    }

    @Override
    public void onWritable() {
        owner.settle();
    }

    @Override
    public void onReady(NodeConnection connection) {
        try {
            begin();
        } catch (Throwable e) {
            // There is no memory to say what has to be said on it: perhaps there will be on the next one.
            connection.close(e);
            throw e;
        }
    }

    private void begin() {
        if (lossUnseen && !exchanges.isEmpty()) {
            throw new IllegalStateException("Something has been said on the connection before the loss of the one before it");
        }
        seeToLoss();
        owner.onReady(this);
        owner.settle();
    }

    private void seeToLoss() {
        if (lossUnseen) {
            owner.onLost(this);
            lossUnseen = false;
        }
    }

    @Override
    public void onUnavailable(Throwable cause) {
        owner.onUnavailable(this, cause);
        owner.settle();
    }

    @Override
    public void onLost(CommandQueue inFlight, Throwable cause) {
        forget();
        lossUnseen = !keeper.state().isEnding();
        // A login that was being renewed.
        afterwards.add(() -> inFlight.failAll(command -> failures.lost(command, cause)));
        seeToLoss();
        // Not now: whoever keeps the connection has not done with its loss.
        afterwards.soon();
    }

    /** AUTH waits until everything that was said before has been answered. With RESP2 it is not allowed among subscriptions. */
    @Override
    public boolean canRenewLogin(NodeConnection connection) {
        return connection.isResp3();
    }

    @Override
    public void ping(NodeConnection connection) {
        // One that has not been answered says as much as two would.
        if (!exchanges.isPinging()) {
            exchanges.pinged();
            sendLatest(connection, Request.cmd(Command.PING));
        }
    }

    @Override
    public void onTick(long now) {
        // A login that is being renewed is all that can be in flight.
        keeper.state().connection().ifPresent(connection -> connection.expire(now));
        owner.onTick(now);
    }

    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public boolean needsConnection() {
        return owner.needs(this);
    }

    @Override
    public boolean getsMessages() {
        return true;
    }

    @Override
    public void onEnded() {
        owner.onEnded(this);
    }

    /** Counts what the server confirms, and passes it on. */
    private final class Counting implements Exchanges.Listener {

        private final Exchanges.Listener answers;

        Counting(Exchanges.Listener answers) {
            this.answers = answers;
        }

        @Override
        public void confirmed(Subscription subscription, Change change) {
            size = size + (change == Change.SUBSCRIBE ? 1 : -1);
            answers.confirmed(subscription, change);
        }

        @Override
        public void refused(List<Subscription> names, Change change, ErrorType error) {
            answers.refused(names, change, error);
        }
    }
}
