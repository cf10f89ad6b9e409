package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.Response;

/**
 * The commands of a connection that have not been answered: how many of them are where, and the answers that do not come from a
 * server. Each of those is given when what came before its command has been answered, as a server does it. If that is so
 * already, it is given at once; but not too many in a row, because a caller who sends the next command when one is answered
 * would go ever deeper into its stack.
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
        DEDICATED
    }

    /** How many are given at once. A caller needs at most some hundred frames for each. */
    static final int IN_A_ROW = 16;

    static final Runnable NOTHING = () -> {
    };

    private record Answer(PendingCommand command, Response reply) {

        void give() {
            // To the command, or to each of a batch.
            for (int i = 0, n = command.size(); i < n; i++) {
                command.onReply(reply);
            }
        }
    }

    private int onLane;
    private int onDedicated;
    private List<Answer> waiting = List.of();
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

    /** A command begins on a lane, or on a dedicated connection. @return gives the answers that are due before its own */
    Runnable begin(Place place) {
        if (place == Place.LANE) {
            onLane++;
        } else {
            onDedicated++;
        }
        return take();
    }

    /** One of them has ended. @return gives the answers that are due now */
    Runnable end(Place place) {
        if (place == Place.LANE) {
            onLane--;
        } else {
            onDedicated--;
        }
        return due();
    }

    /**
     * A command is answered from here.
     *
     * @param later has {@link #due} given in another task
     * @return gives the answer now, or sees to it
     */
    Runnable answer(PendingCommand command, Response reply, Runnable later) {
        Answer answer = new Answer(command, reply);
        boolean quiet = isQuiet();
        if (quiet && waiting.isEmpty() && ++inARow < IN_A_ROW) {
            return answer::give;
        }
        if (waiting.isEmpty()) {
            waiting = new ArrayList<>();
        }
        waiting.add(answer);
        return quiet ? later : NOTHING;
    }

    /** Gives the answers that wait for nothing more. */
    Runnable due() {
        return isQuiet() ? take() : NOTHING;
    }

    /** What waits fails, whatever it waits for. @return does so */
    Runnable fail(Throwable cause) {
        List<Answer> taken = waiting;
        waiting = List.of();
        return () -> taken.forEach(answer -> answer.command.fail(cause));
    }

    private Runnable take() {
        // The stack of callers has come to its end, or will have when what begins is answered.
        inARow = 0;
        List<Answer> taken = waiting;
        waiting = List.of();
        return taken.isEmpty() ? NOTHING : () -> taken.forEach(Answer::give);
    }
}
