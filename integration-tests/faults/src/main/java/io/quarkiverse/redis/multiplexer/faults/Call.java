package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** A command as it is sent. */
record Call(Verb verb, List<String> arguments) {

    static Call of(Verb verb, String... arguments) {
        return new Call(verb, List.of(arguments));
    }

    /** In the order in which they are named. */
    List<String> keys() {
        return switch (verb) {
            case MULTI, EXEC -> List.of();
            case MGET, DEL -> arguments;
            case MSET -> IntStream.range(0, arguments.size()).filter(i -> i % 2 == 0).mapToObj(arguments::get).toList();
            case INCR, GET, SET, RPUSH, LPOP, BLPOP -> arguments.subList(0, 1);
        };
    }
}
