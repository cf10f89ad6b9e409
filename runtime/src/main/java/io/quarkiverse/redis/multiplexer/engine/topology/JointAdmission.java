package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * Lets in what is sent as several commands, a batch or a command with keys in several slots: all of these, or none. If there
 * were room for some only, a write would be done in part because the client is busy. So there may be more of them than there
 * is room for, as there may be of a batch that goes to one server. Used on one event loop.
 */
final class JointAdmission {

    private final Predicate<PendingCommand> room;
    private final FailingSoon failing;

    /** @param room whether there is some where a command would have to go or wait now */
    JointAdmission(Predicate<PendingCommand> room, FailingSoon failing) {
        this.room = room;
        this.failing = failing;
    }

    /**
     * Gives each part its place and its time, unless there is no room for one of them; then the whole fails soon.
     *
     * @param parts none of which has been submitted
     * @return whether they are to be submitted
     */
    boolean admits(PendingCommand whole, List<? extends PendingCommand> parts) {
        Optional<? extends PendingCommand> without = whole.hasPlace() ? Optional.empty()
                : parts.stream().filter(room.negate()).findFirst();
        without.ifPresentOrElse(part -> failing.asRefused(whole, part), () -> parts.forEach(part -> part.takePlaceIn(whole)));
        return without.isEmpty();
    }
}
