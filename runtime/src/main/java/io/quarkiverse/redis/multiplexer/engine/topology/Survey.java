package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.Vote.Answer;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;

/**
 * Nodes are asked about their cluster until two say the same of each slot, three have answered, or there is nobody else to
 * ask. Another one is asked when one has failed, has told something that nobody else has, or is silent for a while; who is
 * silent may answer all the same.
 * <p>
 * Used on one event loop. Ends exactly once, provided that every question does.
 */
final class Survey {

    private static final int MOST_ANSWERS = 3;
    private static final long PATIENCE_MILLIS = 500;

    private final Queue<List<NodeAddress>> tiers;
    private final int atOnce;
    private final Function<NodeAddress, Future<SlotMap>> question;
    private final Function<List<Answer>, Vote> count;
    private final LoopTimer patience;
    private final Consumer<Survey> end;
    private final Queue<NodeAddress> next = new ArrayDeque<>();
    private final List<Answer> answers = new ArrayList<>();
    private final Map<SocketAddress, Throwable> failures = new LinkedHashMap<>();
    /** Those that may be about to answer. */
    private final Set<NodeAddress> awaited = new HashSet<>();
    /** Those that have been silent for a while. */
    private final Set<NodeAddress> overdue = new HashSet<>();
    private Optional<Vote> vote = Optional.empty();
    private boolean ended;

    /**
     * @param tiers those to ask; each for when nobody before has answered
     * @param atOnce how many are asked in the beginning
     * @param question completes on the event loop, always
     * @param end told of the end, with what has come of it
     */
    Survey(List<List<NodeAddress>> tiers, int atOnce, Function<NodeAddress, Future<SlotMap>> question,
            Function<List<Answer>, Vote> count, LoopTimer patience, Consumer<Survey> end) {
        this.tiers = new ArrayDeque<>(tiers);
        this.atOnce = atOnce;
        this.question = question;
        this.count = count;
        this.patience = patience;
        this.end = end;
    }

    void start() {
        patience.plan(this::onSilence, PATIENCE_MILLIS);
        for (int i = 0; i < atOnce && !ended; i++) {
            askAnother();
        }
        endIfNobodyIsLeft();
    }

    /** The survey is of no interest any more. */
    void abandon() {
        ended = true;
        patience.cancel();
    }

    /** Empty if nobody has answered. */
    Optional<Vote> vote() {
        return vote;
    }

    List<Answer> answers() {
        return answers;
    }

    /** Of those that were asked and have failed so far, with the reasons. */
    Map<SocketAddress, Throwable> failures() {
        return failures;
    }

    /** Whether there was somebody. */
    private boolean askAnother() {
        while (next.isEmpty()) {
            if (!answers.isEmpty() || tiers.isEmpty()) {
                return false;
            }
            next.addAll(tiers.remove());
        }
        NodeAddress node = next.remove();
        awaited.add(node);
        Guard.future(() -> question.apply(node)).onComplete(result -> {
            awaited.remove(node);
            overdue.remove(node);
            if (ended) {
                return;
            }
            if (result.succeeded()) {
                onAnswer(new Answer(node.socket(), result.result()));
            } else {
                failures.put(node.socket(), result.cause());
                askAnother();
                endIfNobodyIsLeft();
            }
        });
        return true;
    }

    private void onAnswer(Answer answer) {
        answers.add(answer);
        Vote counted = count.apply(answers);
        vote = Optional.of(counted);
        if (counted.isSettled() || answers.size() == MOST_ANSWERS) {
            end();
        } else {
            if (awaited.isEmpty()) {
                askAnother();
            }
            endIfNobodyIsLeft();
        }
    }

    private void onSilence() {
        overdue.addAll(awaited);
        awaited.clear();
        if (!askAnother() && !answers.isEmpty()) {
            end();
        } else {
            patience.plan(this::onSilence, PATIENCE_MILLIS);
        }
    }

    private void endIfNobodyIsLeft() {
        if (!ended && awaited.isEmpty() && overdue.isEmpty()) {
            end();
        }
    }

    private void end() {
        ended = true;
        patience.cancel();
        end.accept(this);
    }
}
