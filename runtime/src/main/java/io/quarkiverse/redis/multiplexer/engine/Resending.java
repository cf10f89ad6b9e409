package io.quarkiverse.redis.multiplexer.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Which commands can be sent again without changing the order in which the commands of one caller take effect. Nobody knows
 * here whose commands those are, so the order of any two commands with a key in common is kept.
 *
 * @param again what can be sent again, in order
 * @param overtaken what cannot, in order: a command that was sent later, and has been or may have been executed, has a key in
 *        common with it that one of the two may write
 */
record Resending(List<PendingCommand> again, List<PendingCommand> overtaken) {

    private record Sent(PendingCommand command, boolean mayBeExecuted) {
    }

    /**
     * @param candidates have not been executed, or have no effect
     * @param executed have been executed, or may have been
     */
    static Resending of(Collection<PendingCommand> candidates, Collection<PendingCommand> executed) {
        List<Sent> latestFirst = new ArrayList<>(candidates.size() + executed.size());
        candidates.forEach(command -> latestFirst.add(new Sent(command, false)));
        executed.forEach(command -> latestFirst.add(new Sent(command, true)));
        latestFirst.sort(Comparator.comparingLong((Sent sent) -> sent.command.order).reversed());

        Resending result = new Resending(new ArrayList<>(), new ArrayList<>());
        TouchedKeys touchedLater = new TouchedKeys();
        for (Sent sent : latestFirst) {
            if (sent.mayBeExecuted) {
                sent.command.addKeysTo(touchedLater);
            } else if (!touchedLater.isEmpty() && TouchedKeys.of(sent.command).conflictsWith(touchedLater)) {
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
