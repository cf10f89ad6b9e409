package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.topology.Suspicion.Need;
import io.quarkiverse.redis.multiplexer.engine.topology.Vote.Answer;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;

/**
 * Keeps what is known of a cluster up to date: one survey at a time, each when {@link RefreshPace} allows. The first asks three
 * nodes at once; each later one asks one, and others only if that one tells something new, so that a cluster at rest costs one
 * question in a while.
 * <p>
 * Evidence may be given from any thread; everything else happens on one event loop. States: {@link RefreshState}.
 */
final class Refresher {

    private static final int AT_ONCE_IN_THE_BEGINNING = 3;

    /** What is known, and what becomes of it. */
    interface Knowledge {

        SlotMap map();

        Moves moves();

        /** Takes the place of what was known. Tells nobody yet. */
        void replace(SlotMap map);

        /** Owners that redirects had named are none. Tells nobody yet. */
        void refuted();

        /** A survey has ended, and whatever follows of it has been done. */
        void tell(SlotMap before, SlotMap after);

        /** A survey has ended without an answer. */
        void tell(Throwable cause);
    }

    private final EventLoop loop;
    private final Knowledge knowledge;
    private final ClusterQuestion question;
    private final Witnesses witnesses;
    private final RefreshPace pace;
    private final ClusterTrouble trouble;
    private final OutageLog outages;
    private final LongSupplier clock;
    private final LoopTimer timer;
    private final LoopTimer patience;
    /** Since the last survey began. */
    private final Set<Suspicion> suspicions = ConcurrentHashMap.newKeySet();
    private final Waiters waiting;
    private final Vacancies vacancies = new Vacancies();
    private RefreshState state = RefreshState.UNSTARTED;
    private long plannedAt;
    private Optional<Survey> survey = Optional.empty();
    /** Why nobody could be asked the last time. */
    private volatile Optional<Throwable> latestTrouble = Optional.empty();
    /** Whether the last survey could find nobody to confirm what it was told, or was told what is not believed yet. */
    private boolean isDoubtful;

    /** @param clock in nanoseconds */
    Refresher(EventLoop loop, Knowledge knowledge, ClusterQuestion question, Witnesses witnesses, RefreshPace pace,
            ClusterTrouble trouble, OutageLog outages, LongSupplier clock) {
        this.loop = loop;
        this.knowledge = knowledge;
        this.question = question;
        this.witnesses = witnesses;
        this.pace = pace;
        this.trouble = trouble;
        this.outages = outages;
        this.clock = clock;
        this.timer = new LoopTimer(loop);
        this.patience = new LoopTimer(loop);
        this.waiting = new Waiters(loop, trouble.commandMillis(), () -> trouble.notKnown(latestTrouble));
    }

    /** Takes evidence. */
    void suspect(Suspicion suspicion) {
        if (suspicions.add(suspicion)) {
            LoopTask.now(loop, this::plan);
        }
    }

    /** Commands cannot be sent to a node. */
    void unreachable(SocketAddress node) {
        if (witnesses.lose(node)) {
            LoopTask.now(loop, this::plan);
        }
    }

    /** Commands can be sent to a node again. */
    void reachable(SocketAddress node) {
        witnesses.find(node);
    }

    /** Why nobody could be asked the last time; empty if somebody could. */
    Optional<Throwable> trouble() {
        return latestTrouble;
    }

    /**
     * Completes the promise when there is a map, asking for it if need be, or fails it when nobody can be asked.
     *
     * @param unavailable whether it waits on then, if somebody may be asked later
     */
    void awaitMap(Promise<Void> promise, UnavailablePolicy unavailable) {
        if (!LoopTask.now(loop, promise, () -> awaitMapOnLoop(promise, unavailable))) {
            Guard.fail(promise, trouble.stopped());
        }
    }

    private void awaitMapOnLoop(Promise<Void> promise, UnavailablePolicy unavailable) {
        if (state == RefreshState.CLOSED) {
            Guard.fail(promise, trouble.stopped());
        } else if (knowledge.map() != SlotMap.EMPTY) {
            Guard.complete(promise, null);
        } else {
            waiting.add(promise, unavailable, state == RefreshState.RESTING ? latestTrouble : Optional.empty());
            if (state == RefreshState.UNSTARTED) {
                begin();
            }
        }
    }

    /** Asks nobody any more. */
    void close() {
        LoopTask.now(loop, () -> {
            if (state == RefreshState.CLOSED) {
                return;
            }
            become(RefreshState.CLOSED);
            timer.cancel();
            survey.ifPresent(Survey::abandon);
            outages.forget(this);
            waiting.end(trouble.stopped());
        });
    }

    private void become(RefreshState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException(state + " does not become " + next);
        }
        state = next;
    }

    /** Plans the next survey, or an earlier time for it. */
    private void plan() {
        if (state != RefreshState.RESTING) {
            return;
        }
        long now = clock.getAsLong();
        long at = pace.next(now, need(), knowledge.map().shards().size());
        if (!timer.isPlanned() || at - plannedAt < 0) {
            plannedAt = at;
            timer.plan(this::begin, Math.max(0, TimeUnit.NANOSECONDS.toMillis(at - now + 999_999)));
        }
    }

    private Need need() {
        if (knowledge.map() == SlotMap.EMPTY || witnesses.missAPrimaryOf(knowledge.map())) {
            return Need.URGENT;
        }
        Need need = isDoubtful ? Need.ROUTINE : Need.NONE;
        for (Suspicion suspicion : suspicions) {
            need = suspicion.need().compareTo(need) > 0 ? suspicion.need() : need;
        }
        return need;
    }

    private void begin() {
        timer.cancel();
        become(RefreshState.ASKING);
        try {
            survey = Optional.of(newSurvey(clock.getAsLong()));
        } catch (Throwable e) {
            // There is no memory, or so. Nobody has answered, then, and another survey comes.
            become(RefreshState.RESTING);
            onNobody(trouble.nobody(List.of(e)));
            return;
        }
        survey.get().start();
    }

    private Survey newSurvey(long now) {
        SlotMap map = knowledge.map();
        Moves moves = knowledge.moves();
        pace.began(now, need(), map.shards().size());
        // What is suspected from now on, nobody may have been asked about.
        suspicions.clear();
        return new Survey(witnesses.tiers(map, moves.owners()), map == SlotMap.EMPTY ? AT_ONCE_IN_THE_BEGINNING : 1,
                node -> {
                    pace.asked(clock.getAsLong());
                    return question.put(node);
                }, answers -> new Vote(answers, map, moves::owner), patience, ended -> onSurveyed(ended, now));
    }

    private void onSurveyed(Survey ended, long began) {
        SlotMap before = knowledge.map();
        survey = Optional.empty();
        become(RefreshState.RESTING);
        try {
            conclude(ended, before, began);
        } catch (Throwable e) {
            // There is no memory for what has been told, or for all that follows of it.
            onNobody(trouble.nobody(List.of(e)));
            if (knowledge.map() != before) {
                knowledge.tell(before, knowledge.map());
            }
        }
    }

    /** That each slot is nobody's is what nodes say together that do not know each other: it is no answer. */
    private void conclude(Survey ended, SlotMap before, long began) {
        Optional<Vote> counted = ended.vote().filter(it -> it.result().covered() > 0);
        if (counted.isPresent()) {
            SlotMap believed = vacancies.believe(before, counted.get().result(), clock.getAsLong());
            adopt(ended, believed, began);
            isDoubtful = !counted.get().isSettled() || vacancies.exist();
            latestTrouble = Optional.empty();
            pace.succeeded();
            if (need() != Need.URGENT) {
                pace.calmed();
            }
            if (!before.tellsTheSameAs(knowledge.map())) {
                pace.changed();
            }
            outages.recovered(this, clock.getAsLong());
            plan();
            waiting.complete();
            knowledge.tell(before, believed);
        } else {
            witnesses.surveyed(Set.of(), ended.failures().keySet(), before.nodes());
            onNobody(trouble.nobody(ended.failures().values()));
        }
    }

    private void onNobody(Throwable cause) {
        latestTrouble = Optional.of(cause);
        pace.failed(clock.getAsLong());
        outages.failed(this, cause);
        plan();
        waiting.fail(cause);
        knowledge.tell(cause);
    }

    private void adopt(Survey ended, SlotMap map, long began) {
        Moves moves = knowledge.moves();
        Set<SocketAddress> answered = new HashSet<>();
        ended.answers().forEach(answer -> answered.add(answer.from()));
        Set<SocketAddress> nodes = new LinkedHashSet<>(map.nodes());
        nodes.addAll(moves.owners());
        witnesses.surveyed(answered, ended.failures().keySet(), nodes);
        knowledge.replace(map);
        if (moves.settle(map, began, (owner, slot) -> isRefuted(ended, map, owner, slot))) {
            knowledge.refuted();
        }
        if (moves.contradict(map)) {
            suspicions.add(Suspicion.MOVED);
        } else {
            suspicions.remove(Suspicion.MOVED);
        }
    }

    /** The owner itself knows best; of one that is gone, others do. */
    private boolean isRefuted(Survey ended, SlotMap map, SocketAddress owner, int slot) {
        for (Answer answer : ended.answers()) {
            if (answer.from().equals(owner)) {
                return !answer.map().primary(slot).equals(Optional.of(owner));
            }
        }
        return map.primary(slot).isPresent() && witnesses.isInTrouble(owner);
    }
}
