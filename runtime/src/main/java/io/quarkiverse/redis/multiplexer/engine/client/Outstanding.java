package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.Response;

/**
 * The commands of a connection that have not been answered: how many of them are where, and the answers that do not come from a
 * server. Each of those is given when what came before its command has been answered, as a server does it. If that is so
 * already, it is given at once; but not too many in a row, because a caller who sends the next command when one is answered
 * would go ever deeper into its stack. Those that wait where a command may take for ever have a deadline.
 * <p>
 * Not thread-safe; answers are given to callers outside of whatever lock this is guarded by.
 */
final class Outstanding {

    /** Where a command is answered. */
    enum Place {
        /** It has not been accepted. */
        NOWHERE,
        /** By this client. */
        HERE,
        LANE,
        /** On a connection that is lent for it alone. It waits for nothing, and nothing waits for it. */
        ALONE,
        DEDICATED,
        /** The same, where it may take for ever, and what is behind it may not. */
        ENDLESS
    }

    /** An answer that waits. */
    static final class Answer {

        private final PendingCommand command;
        private final Response reply;
        private final long deadline;
        /** Whether it is given, or will not be. */
        private boolean taken;

        private Answer(PendingCommand command, Response reply, long deadline) {
            this.command = command;
            this.reply = reply;
            this.deadline = deadline;
        }

        /** @return whether that is for the first time */
        private boolean take() {
            boolean first = !taken;
            taken = true;
            return first;
        }

        private boolean isOverdue(long now) {
            return deadline - now <= 0;
        }
    }

    /** How many are given at once. A caller needs at most some hundred frames for each. */
    static final int IN_A_ROW = 16;

    static final Runnable NOTHING = () -> {
    };

    private int onLane;
    private int onDedicated;
    private int endless;
    private List<Answer> waiting = List.of();
    /** Those that wait where a command may take for ever, in order, and some that have been given. Few connections have any. */
    private List<Answer> limited = List.of();
    private int inARow;

    int onDedicated() {
        return onDedicated;
    }

    boolean isLaneQuiet() {
        return onLane == 0;
    }

    private boolean isQuiet() {
        return onLane == 0 && onDedicated == 0;
    }

    /** Whether the next answer is given at once. Who gives it {@linkplain #answered says so}. */
    boolean answersAtOnce() {
        return isQuiet() && waiting.isEmpty() && inARow + 1 < IN_A_ROW;
    }

    /** An answer is given at once. */
    void answered() {
        inARow++;
    }

    /** A command begins on a lane, or on a dedicated connection. @return the answers that are given before its own */
    List<Answer> begin(Place place) {
        count(place, 1);
        List<Answer> before = take();
        if (place == Place.ENDLESS && endless == 1) {
            // Those that come later are limited when they come.
            before.forEach(this::limit);
        }
        return before;
    }

    /** One of them has ended. @param before what {@link #begin} has returned @return gives the answers that are due now */
    Runnable end(Place place, List<Answer> before) {
        count(place, -1);
        return giving(before, isQuiet() ? take() : List.of());
    }

    private void count(Place place, int more) {
        switch (place) {
            case LANE -> onLane += more;
            case DEDICATED -> onDedicated += more;
            case ENDLESS -> {
                onDedicated += more;
                endless += more;
            }
            case NOWHERE, HERE, ALONE -> throw new IllegalArgumentException("Nothing is counted that is answered " + place);
        }
    }

    /**
     * A command is answered from here.
     *
     * @param deadline of the answer, on the clock of {@link System#nanoTime()}
     * @param later has {@link #due} given in another task
     * @return gives the answer now, or sees to it
     */
    Runnable answer(PendingCommand command, Response reply, long deadline, Runnable later) {
        boolean quiet = isQuiet();
        if (quiet && waiting.isEmpty() && ++inARow < IN_A_ROW) {
            return () -> give(command, reply);
        }
        Answer answer = new Answer(command, reply, deadline);
        if (waiting.isEmpty()) {
            waiting = new ArrayList<>();
        }
        waiting.add(answer);
        if (endless > 0) {
            limit(answer);
        }
        return quiet ? later : NOTHING;
    }

    private void limit(Answer answer) {
        if (limited.isEmpty()) {
            limited = new ArrayList<>();
        }
        limited.add(answer);
    }

    /** When the first answer that is limited has waited for too long, on the same clock; empty if there is none. */
    OptionalLong earliest() {
        if (!limited.isEmpty()) {
            limited.removeIf(answer -> answer.taken);
        }
        return limited.isEmpty() ? OptionalLong.empty() : OptionalLong.of(limited.get(0).deadline);
    }

    /** Takes out what has waited for too long. @return the commands, which are to be failed */
    List<PendingCommand> overdue(long now) {
        return limited.stream().filter(answer -> answer.isOverdue(now) && answer.take()).map(answer -> answer.command)
                .toList();
    }

    /** Gives the answers that wait for nothing more. */
    Runnable due() {
        return isQuiet() ? giving(List.of(), take()) : NOTHING;
    }

    /** What waits fails, whatever it waits for. @return does so */
    Runnable fail(Throwable cause) {
        List<Answer> taken = waiting.stream().filter(Answer::take).toList();
        waiting = List.of();
        return () -> taken.forEach(answer -> answer.command.fail(cause));
    }

    private List<Answer> take() {
        // The stack of callers has come to its end, or will have when what begins is answered.
        inARow = 0;
        List<Answer> taken = waiting;
        waiting = List.of();
        return taken;
    }

    private static Runnable giving(List<Answer> first, List<Answer> then) {
        if (first.isEmpty() && then.isEmpty()) {
            return NOTHING;
        }
        List<Answer> given = Stream.concat(first.stream(), then.stream()).filter(Answer::take).toList();
        return () -> given.forEach(answer -> give(answer.command, answer.reply));
    }

    /** To the command, or to each of a batch. */
    private static void give(PendingCommand command, Response reply) {
        for (int i = 0, n = command.size(); i < n; i++) {
            command.onReply(reply);
        }
    }
}
