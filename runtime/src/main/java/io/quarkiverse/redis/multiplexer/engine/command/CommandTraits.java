package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.List;

import io.vertx.redis.client.Request;

/**
 * The demands of one command on a connection that runs its requests one after the other. Computed once, by who submits the
 * command.
 *
 * @param effects those that are not {@link StateEffect#NONE}, in order
 * @param leavesState whether what comes behind it may rely on it, as on MULTI
 * @param waitsForReplicas whether there is a WAIT or WAITAOF outside of a transaction
 * @param writesBeforeWaiting whether it writes something by itself before it waits for replicas
 * @param exclusive whether the server may leave it {@linkplain Answering unanswered}
 * @param logsIn whether it must not be a part of a transaction, for the same reason
 */
public record CommandTraits(List<StateEffect> effects, boolean leavesState, boolean waitsForReplicas,
        boolean writesBeforeWaiting,
        boolean exclusive, boolean logsIn) {

    public static CommandTraits of(List<Request> requests) {
        List<StateEffect> effects = new ArrayList<>();
        ConnectionTaint taint = new ConnectionTaint();
        boolean waits = false;
        boolean writes = false;
        for (Request request : requests) {
            StateEffect effect = StateEffect.of(request);
            if (effect != StateEffect.NONE) {
                effects.add(effect);
            }
            CommandSpec spec = CommandSpec.of(request);
            waits |= !taint.isTransactionOpen() && spec.waits();
            writes |= !waits && spec.kind() == CommandKind.WRITE;
            taint.assumed(effect);
        }
        return new CommandTraits(List.copyOf(effects), !taint.isClean(), waits, waits && writes,
                Answering.isExclusive(requests),
                Answering.hasLogin(requests));
    }

    /**
     * Whether it asks which replicas have what was written before on the server that it is sent to. What another one, its
     * successor, says about its own replicas would be no answer.
     */
    public boolean asksAboutEarlierWrites() {
        return waitsForReplicas && !writesBeforeWaiting;
    }

    /** Whether it begins a transaction, before it does anything else. */
    public boolean beginsTransaction() {
        return !effects.isEmpty() && effects.get(0) == StateEffect.MULTI;
    }

    /** Whether a transaction that it begins, of ordinary commands, is all that it leaves. */
    public boolean leavesTransactionOnly() {
        return effects.equals(List.of(StateEffect.MULTI));
    }

    /** Whether it ends a transaction, if there is one. */
    public boolean endsTransaction() {
        return effects.stream().anyMatch(StateEffect::endsTransaction);
    }

    /** Whether it executes a transaction. */
    public boolean executes() {
        return effects.contains(StateEffect.EXEC);
    }
}
