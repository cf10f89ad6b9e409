package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Separates commands that can be sent again from others, without changing the order in which the commands of one caller take
 * effect. Nobody knows
 * here whose commands those are, so they are all taken for one caller's.
 * <p>
 * A write is not sent again behind anything that has been executed: others may look at what it writes and at what came after
 * it. A read is seen by its caller alone: it is sent again unless a later command may have written what it reads.
 *
 * @param again what can be sent again, in order
 * @param overtaken what cannot, in order
 */
public record Resending(List<PendingCommand> again, List<PendingCommand> overtaken) {

    private record Sent(PendingCommand command, boolean mayBeExecuted) {
    }

    /**
     * @param candidates have not been executed, or have no effect
     * @param executed have been executed, or may have been
     */
    public static Resending of(Collection<PendingCommand> candidates, Collection<PendingCommand> executed) {
        return of(candidates, executed, false);
    }

    /**
     * The same where only the order of commands on the same keys is kept, as in a cluster: a write, too, is sent again unless
     * a later command has read or written its keys.
     */
    public static Resending byKey(Collection<PendingCommand> candidates, Collection<PendingCommand> executed) {
        return of(candidates, executed, true);
    }

    private static Resending of(Collection<PendingCommand> candidates, Collection<PendingCommand> executed, boolean byKey) {
        List<Sent> latestFirst = new ArrayList<>(candidates.size() + executed.size());
        candidates.forEach(command -> latestFirst.add(new Sent(command, false)));
        executed.forEach(command -> latestFirst.add(new Sent(command, true)));
        latestFirst.sort(Comparator.comparing(Sent::command, PendingCommand.IN_ORDER).reversed());

        Resending result = new Resending(new ArrayList<>(), new ArrayList<>());
        boolean executedLater = false;
        TouchedKeys touchedLater = new TouchedKeys();
        for (Sent sent : latestFirst) {
            if (sent.mayBeExecuted) {
                executedLater = true;
                sent.command.addKeysTo(touchedLater);
            } else if (executedLater && (!byKey && !sent.command.isReadOnly()
                    || TouchedKeys.of(sent.command).conflictsWith(touchedLater))) {
                result.overtaken.add(sent.command);
            } else {
                result.again.add(sent.command);
            }
        }
        Collections.reverse(result.again);
        Collections.reverse(result.overtaken);
        return result;
    }
}
