package io.quarkiverse.redis.multiplexer.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.model.Call.Fate;
import io.quarkiverse.redis.multiplexer.model.Call.Increment;
import io.quarkiverse.redis.multiplexer.model.Call.Pop;
import io.quarkiverse.redis.multiplexer.model.Call.Push;
import io.quarkiverse.redis.multiplexer.model.Call.Read;
import io.quarkiverse.redis.multiplexer.model.Call.Write;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * Holds what callers were told against what the server has in the end, and against each other.
 * <ul>
 * <li>Every call ends, once, and about in time; and none of them throws.</li>
 * <li>What succeeded was executed once; what failed as sent, once at most; what failed as not sent, or was refused by the
 * server, never.</li>
 * <li>Replies are those of their commands.</li>
 * <li>What one thread does to one key takes effect in its order: a read sees no write that was made after it, and none older
 * than what succeeded or was seen before it.</li>
 * <li>Transactions are executed as a whole and undisturbed, or not at all.</li>
 * <li>Nothing is lost while no connection is.</li>
 * </ul>
 */
final class Verdict {

    /** How much later than its timeout a call may end on a machine that does nothing else. */
    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /**
     * How many threads in turn may keep a call waiting: the caller's, the lane's, the one of its timeout, and its caller's
     * again.
     */
    static final int TURNS = 4;

    private final List<Actor> actors;
    private final List<Call> calls;
    private final List<String> problems = new ArrayList<>();

    Verdict(List<Actor> actors) {
        this.actors = actors;
        this.calls = actors.stream().flatMap(actor -> actor.calls().stream()).toList();
    }

    /** In words; none if all is well. */
    List<String> problems() {
        return problems;
    }

    Map<Fate, Integer> fates() {
        Map<Fate, Integer> counts = new TreeMap<>();
        calls.forEach(call -> counts.merge(call.fate(), 1, Integer::sum));
        return counts;
    }

    /** @param longestPauseNanos how long a task had to wait for one of the threads at most */
    void judgeEnds(long longestPauseNanos) {
        long limit = World.COMMAND_TIMEOUT.toNanos() + SLACK_NANOS + TURNS * longestPauseNanos;
        for (Call call : calls) {
            if (call.problem() != null) {
                problems.add(call + " " + call.problem());
            } else if (call.fate() == Fate.PENDING) {
                problems.add(call + " never ended");
            } else if (call.completions() != 1) {
                problems.add(call + " ended " + call.completions() + " times");
            } else if (call.ended() - call.began() > limit) {
                problems.add(call + " took " + TimeUnit.NANOSECONDS.toMillis(call.ended() - call.began()) + " ms");
            }
        }
    }

    /** Lost is what failed because its connection ended. */
    void judgeLosses(Faults faults) {
        for (Call call : calls) {
            if (call.fate() == Fate.LOST && !faults.mayHaveEndedConnections(call.began(), call.ended())) {
                problems.add(call + " was lost, though nothing ended a connection");
            }
        }
    }

    void judgeData(RespClient server) {
        for (Actor actor : actors) {
            List<String> log = list(server, actor.log());
            judgePushes(actor.log(), log);
            judgeOrder(actor, log);
            judgeRegister(actor, server);
            judgeCounter(actor.counter(), number(server, actor.counter()));
            judgeReplies(actor);
            judgeQueue(actor, list(server, actor.queue()));
        }
        List<String> pairs = list(server, Transactions.PAIRS);
        judgePushes(Transactions.PAIRS, pairs);
        judgePairs(pairs);
        judgePushes(Transactions.PIPELINED, list(server, Transactions.PIPELINED));
        judgeCounter(Transactions.WATCHED, number(server, Transactions.WATCHED));
        if (!list(server, Transactions.ELSEWHERE).isEmpty()) {
            problems.add("one caller's SELECT was another one's");
        }
    }

    private void judgePushes(String list, List<String> content) {
        Map<String, Integer> counts = new HashMap<>();
        content.forEach(token -> counts.merge(token, 1, Integer::sum));
        for (Call call : calls) {
            for (Push push : effects(call, Push.class)) {
                if (push.list().equals(list)) {
                    judgeCount(call, counts.getOrDefault(push.token(), 0));
                }
            }
        }
    }

    private void judgeCount(Call call, int count) {
        if (call.fate() == Fate.DONE ? count != 1 : count > (mayHaveBeenExecuted(call) ? 1 : 0)) {
            problems.add(call + " was executed " + count + " times");
        }
    }

    /** Of a batch, an error of the server tells only that one of its commands was refused. */
    private static boolean mayHaveBeenExecuted(Call call) {
        return call.fate().mayHaveBeenExecuted()
                || call.fate() == Fate.REFUSED && (call.what.contains("batch") || call.what.contains("pipelined"));
    }

    private void judgeOrder(Actor actor, List<String> log) {
        Map<String, Integer> positions = new HashMap<>();
        log.forEach(token -> positions.putIfAbsent(token, positions.size()));
        int last = -1;
        for (Call call : actor.calls()) {
            for (Push push : effects(call, Push.class)) {
                Integer position = push.list().equals(actor.log()) ? positions.get(push.token()) : null;
                if (position != null && position < last) {
                    problems.add(call + " was executed before what was sent before it");
                }
                last = position == null ? last : Math.max(last, position);
            }
        }
    }

    private void judgeRegister(Actor actor, RespClient server) {
        Set<Long> never = new HashSet<>();
        long made = 0;
        long atLeast = 0;
        for (Call call : actor.calls()) {
            for (Call.Effect effect : call.effects()) {
                if (effect instanceof Write write) {
                    made = write.number();
                    atLeast = call.fate() == Fate.DONE ? made : atLeast;
                    if (!mayHaveBeenExecuted(call)) {
                        never.add(made);
                    }
                } else if (effect instanceof Read read && call.fate() == Fate.DONE && call.problem() == null) {
                    judgeRead(call.toString(), read.number, atLeast, made, never);
                    atLeast = Math.max(atLeast, read.number);
                }
            }
        }
        String value = (String) server.call("GET", actor.register());
        String reader = "in the end " + actor.register();
        try {
            long number = value == null ? 0 : Values.number(actor.register(), value.getBytes(StandardCharsets.US_ASCII));
            judgeRead(reader, number, atLeast, made, never);
        } catch (IllegalArgumentException e) {
            problems.add(reader + " is " + e.getMessage());
        }
    }

    private void judgeRead(String reader, long number, long atLeast, long atMost, Set<Long> never) {
        if (number > atMost) {
            problems.add(reader + " saw write " + number + ", but " + atMost + " was the last one before it");
        } else if (number < atLeast) {
            problems.add(reader + " saw write " + number + ", but " + atLeast + " was done before it");
        } else if (never.contains(number)) {
            problems.add(reader + " saw write " + number + ", which was not executed, as its caller was told");
        }
    }

    private void judgeCounter(String counter, long value) {
        long done = 0;
        long perhaps = 0;
        for (Call call : calls) {
            for (Increment increment : effects(call, Increment.class)) {
                boolean aborted = increment.reply == Increment.ABORTED;
                if (increment.counter.equals(counter) && !aborted) {
                    done += call.fate() == Fate.DONE ? 1 : 0;
                    perhaps += mayHaveBeenExecuted(call) ? 1 : 0;
                }
            }
        }
        if (value < done || value > perhaps) {
            problems.add(counter + " is " + value + ", but " + done + " to " + perhaps + " increments were done");
        }
    }

    private void judgeReplies(Actor actor) {
        long last = 0;
        Call lastCall = null;
        for (Call call : actor.calls()) {
            for (Increment increment : effects(call, Increment.class)) {
                if (increment.counter.equals(actor.counter()) && call.fate() == Fate.DONE) {
                    if (increment.reply <= last) {
                        problems.add(call + " made it " + increment.reply + ", but it was " + last + " before, by " + lastCall);
                    }
                    last = increment.reply;
                    lastCall = call;
                }
            }
        }
    }

    /** As many elements may be gone as there are BLPOPs of which it is not known what they took. */
    private void judgeQueue(Actor actor, List<String> left) {
        Map<String, Integer> counts = new HashMap<>();
        left.forEach(token -> counts.merge(token, 1, Integer::sum));
        long unknown = 0;
        for (Call call : actor.calls()) {
            for (Pop pop : effects(call, Pop.class)) {
                if (pop.token != null) {
                    counts.merge(pop.token, 1, Integer::sum);
                }
                unknown += call.fate() == Fate.LOST || call.fate() == Fate.TIMED_OUT ? 1 : 0;
            }
        }
        for (Call call : actor.calls()) {
            for (Push push : effects(call, Push.class)) {
                if (push.list().equals(actor.queue())) {
                    int count = counts.getOrDefault(push.token(), 0);
                    if (count > 0 || call.fate() != Fate.DONE || unknown-- <= 0) {
                        judgeCount(call, count);
                    }
                }
            }
        }
    }

    private void judgePairs(List<String> content) {
        Map<String, Integer> positions = new HashMap<>();
        content.forEach(token -> positions.putIfAbsent(token, positions.size()));
        for (Call call : calls) {
            List<Push> pair = effects(call, Push.class).stream().filter(push -> push.list().equals(Transactions.PAIRS))
                    .toList();
            if (!pair.isEmpty()) {
                Integer first = positions.get(pair.get(0).token());
                Integer second = positions.get(pair.get(1).token());
                if (first == null ? second != null : second == null || second != first + 1) {
                    problems.add(call + " was not executed as a whole: its elements are at " + first + " and " + second);
                }
            }
        }
    }

    void judge(List<String> others) {
        problems.addAll(others);
    }

    private static <E> List<E> effects(Call call, Class<E> kind) {
        return call.effects().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static long number(RespClient server, String key) {
        String value = (String) server.call("GET", key);
        return value == null ? 0 : Long.parseLong(value);
    }

    private static List<String> list(RespClient server, String key) {
        List<String> elements = new ArrayList<>();
        ((List<?>) server.call("LRANGE", key, "0", "-1")).forEach(element -> elements.add((String) element));
        return elements;
    }
}
