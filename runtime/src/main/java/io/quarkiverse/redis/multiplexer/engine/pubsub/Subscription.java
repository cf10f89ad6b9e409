package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;

/**
 * What the hub knows of one channel, pattern or sharded channel: who wants its messages, who gets them, which calls wait for
 * the server's word about it, and what the server knows of it on the current connection. The states, and all transitions:
 *
 * <pre>
 * from           to             when
 * ABSENT         SUBSCRIBING    SUBSCRIBE is sent
 * SUBSCRIBING    IN_FORCE       the server confirms
 * SUBSCRIBING    ABSENT         the server refuses, or the connection is lost, or it is left to a server that lets it go
 * IN_FORCE       UNSUBSCRIBING  UNSUBSCRIBE is sent
 * IN_FORCE       ABSENT         the connection is lost, or the server ends the subscription by itself
 * UNSUBSCRIBING  ABSENT         the server confirms, or the connection is lost
 * UNSUBSCRIBING  IN_FORCE       the server refuses
 * </pre>
 *
 * So one command at most is on its way for each name, whatever callers ask for meanwhile. Used on the event loop of the hub.
 */
final class Subscription {

    enum State {
        ABSENT,
        SUBSCRIBING,
        IN_FORCE,
        UNSUBSCRIBING;

        private boolean canBecome(State next) {
            return switch (this) {
                case ABSENT -> next == SUBSCRIBING;
                case SUBSCRIBING -> next == IN_FORCE || next == ABSENT;
                case IN_FORCE -> next == UNSUBSCRIBING || next == ABSENT;
                case UNSUBSCRIBING -> next == ABSENT || next == IN_FORCE;
            };
        }
    }

    /** One subscriber's wish for the messages of this subscription, from its SUBSCRIBE to its UNSUBSCRIBE. */
    static final class Wish {

        final Subscription subscription;
        /** How many calls have asked for it and have not ended. */
        private int asking;
        /** Whether a call that asked for it has succeeded. */
        private boolean granted;

        private Wish(Subscription subscription) {
            this.subscription = subscription;
        }

        void ask() {
            asking++;
        }

        /** A call that asked for it has ended. */
        void answer(boolean success) {
            asking--;
            granted |= success;
        }

        /** Whether all calls that asked for it have failed. */
        boolean isVain() {
            return !granted && asking == 0;
        }
    }

    final SubscriptionKind kind;
    /** One char per byte: names are binary. */
    final String name;
    /** Of a sharded channel; {@link Slot#NONE} of others. */
    final int slot;
    private final Set<Wish> wishes = new LinkedHashSet<>(2);
    private final SubscriptionHearers hearers = new SubscriptionHearers();
    private final Set<SubscriptionCall> calls = new LinkedHashSet<>(2);
    /** How many of the calls wait for it to be in force. */
    private int subscribing;
    private State state = State.ABSENT;
    private Optional<Telling.Server> server = Optional.empty();
    /** How often it has been sent elsewhere since it was in force. */
    private int redirects;

    Subscription(SubscriptionKind kind, String name) {
        this.kind = kind;
        this.name = name;
        this.slot = kind == SubscriptionKind.SHARD ? slotOf(name.getBytes(StandardCharsets.ISO_8859_1)) : Slot.NONE;
    }

    private static int slotOf(byte[] name) {
        return Slot.of(name, 0, name.length);
    }

    State state() {
        return state;
    }

    void become(State next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A subscription cannot go from " + state + " to " + next);
        }
        state = next;
        if (state == State.IN_FORCE) {
            redirects = 0;
        }
    }

    /** A server is told. */
    void tell(Telling.Server told, Change change) {
        become(change == Change.SUBSCRIBE ? State.SUBSCRIBING : State.UNSUBSCRIBING);
        server = Optional.of(told);
    }

    /** Who was told of it last. */
    Optional<Telling.Server> server() {
        return server;
    }

    /** The server has said that another one is to be told. @return how often that was said since it was in force */
    int redirected() {
        return ++redirects;
    }

    boolean isInForce() {
        return state == State.IN_FORCE;
    }

    Wish newWish() {
        Wish wish = new Wish(this);
        wishes.add(wish);
        return wish;
    }

    void forget(Wish wish) {
        wishes.remove(wish);
    }

    /** Whether somebody wants its messages. */
    boolean isWanted() {
        return !wishes.isEmpty();
    }

    /** Whether it must be, or come, in force: somebody wants it, or did, and has not been answered yet. */
    boolean isNeeded() {
        return isWanted() || subscribing > 0;
    }

    /** @return what the server is to be told next, or {@code null}: nothing, or not yet */
    Change due() {
        if (state == State.ABSENT && isNeeded()) {
            return Change.SUBSCRIBE;
        }
        return state == State.IN_FORCE && !isNeeded() ? Change.UNSUBSCRIBE : null;
    }

    SubscriptionHearers hearers() {
        return hearers;
    }

    void addCall(SubscriptionCall call) {
        if (calls.add(call) && call.change == Change.SUBSCRIBE) {
            subscribing++;
        }
    }

    void removeCall(SubscriptionCall call) {
        if (calls.remove(call) && call.change == Change.SUBSCRIBE) {
            subscribing--;
        }
    }

    /** The calls that wait for this change: a copy. */
    List<SubscriptionCall> calls(Change change) {
        List<SubscriptionCall> waiting = new ArrayList<>(calls.size());
        for (SubscriptionCall call : calls) {
            if (call.change == change) {
                waiting.add(call);
            }
        }
        return waiting;
    }
}
