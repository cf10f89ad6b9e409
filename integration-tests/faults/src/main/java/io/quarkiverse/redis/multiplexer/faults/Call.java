package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** A command as it is sent. */
public record Call(Verb verb, List<String> arguments) {

    public static Call of(Verb verb, String... arguments) {
        return new Call(verb, List.of(arguments));
    }

    /** In the order in which they are named. */
    List<String> keys() {
        return switch (verb) {
            case MULTI, EXEC, SCRIPT, DBSIZE, KEYS, SCAN, FLUSHALL, FLUSHDB -> List.of();
            case MGET, DEL, UNLINK, EXISTS, TOUCH, SUNIONSTORE, WATCH -> arguments;
            case MSET, MSETNX -> IntStream.range(0, arguments.size()).filter(i -> i % 2 == 0).mapToObj(arguments::get).toList();
            case INCR, GET, SET, RPUSH, LPOP, BLPOP -> arguments.subList(0, 1);
            case EVAL, EVALSHA -> arguments.subList(2, 2 + Integer.parseInt(arguments.get(1)));
        };
    }
}
