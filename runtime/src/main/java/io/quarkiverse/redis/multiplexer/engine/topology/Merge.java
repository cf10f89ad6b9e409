package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;

/**
 * The ways of making one reply of those of several nodes, so that it has the form of one server's. What comes in another form
 * than the command's is refused with an {@link IllegalArgumentException}.
 */
enum Merge implements Merger {

    /** All answer alike: the first one. */
    FIRST {
        @Override
        public Response merge(List<Response> replies) {
            return replies.get(0);
        }
    },
    /** As {@link #FIRST}, but one node that can do it is enough; it goes wrong where there is nothing to do. */
    ONE_SUCCEEDED {
        @Override
        public Response merge(List<Response> replies) {
            return replies.get(0);
        }
    },
    /** Of numbers. */
    SUM {
        @Override
        public Response merge(List<Response> replies) {
            return folded(replies, Math::addExact);
        }
    },
    /** The smallest number, or in arrays of numbers the smallest at each place. */
    MIN {
        @Override
        public Response merge(List<Response> replies) {
            return folded(replies, Math::min);
        }
    },
    /** The elements of all arrays. */
    CONCATENATED {
        @Override
        public Response merge(List<Response> replies) {
            return replies.stream().allMatch(Merge::isArray) ? array(elements(replies).toList()) : replies.get(0);
        }
    },
    /** The elements of all arrays, each of them once. */
    DISTINCT {
        @Override
        public Response merge(List<Response> replies) {
            Map<String, Response> distinct = new LinkedHashMap<>();
            elements(replies).forEach(element -> distinct.putIfAbsent(String.valueOf(element), element));
            return array(List.copyOf(distinct.values()));
        }
    },
    /** Names, each followed by a number: the sum for each name. */
    COUNTS {
        @Override
        public Response merge(List<Response> replies) {
            Map<String, Response> names = new LinkedHashMap<>();
            Map<String, Long> sums = new LinkedHashMap<>();
            for (Response reply : replies) {
                List<Response> pairs = elements(List.of(reply)).toList();
                for (int i = 0; i + 1 < pairs.size(); i += 2) {
                    String name = String.valueOf(pairs.get(i));
                    names.putIfAbsent(name, pairs.get(i));
                    sums.merge(name, number(pairs.get(i + 1)), Math::addExact);
                }
            }
            return array(names.keySet().stream()
                    .flatMap(name -> Stream.of(names.get(name), NumberType.create(sums.get(name)))).toList());
        }
    },
    /** Any that is not null. */
    ANY_THERE {
        @Override
        public Response merge(List<Response> replies) {
            List<Response> there = replies.stream().filter(reply -> reply != null).toList();
            return there.isEmpty() ? null : there.get(ThreadLocalRandom.current().nextInt(there.size()));
        }
    },
    /** Of FUNCTION STATS: of a node where a function is running, if there is one. */
    RUNNING {
        @Override
        public Response merge(List<Response> replies) {
            return replies.stream()
                    .filter(reply -> reply != null && reply.type() == ResponseType.MULTI && reply.get("running_script") != null)
                    .findFirst()
                    .orElse(replies.get(0));
        }
    };

    private static Response folded(List<Response> replies, LongBinaryOperator operator) {
        if (!isArray(replies.get(0))) {
            return NumberType.create(replies.stream().mapToLong(Merge::number).reduce(operator).orElseThrow());
        }
        int size = replies.get(0).size();
        for (Response reply : replies) {
            check(isArray(reply) && reply.size() == size);
        }
        MultiType result = MultiType.create(size, false);
        for (int i = 0; i < size; i++) {
            int index = i;
            result.add(NumberType
                    .create(replies.stream().mapToLong(reply -> number(reply.get(index))).reduce(operator).orElseThrow()));
        }
        return result;
    }

    private static Stream<Response> elements(List<Response> replies) {
        return replies.stream().flatMap(reply -> {
            check(isArray(reply));
            return IntStream.range(0, reply.size()).mapToObj(reply::get);
        });
    }

    /** Sets of RESP3 are arrays here, and maps are not. */
    static boolean isArray(Response reply) {
        return reply != null && reply.type() == ResponseType.MULTI && reply.isArray();
    }

    private static long number(Response reply) {
        check(reply != null && reply.type() == ResponseType.NUMBER);
        return reply.toLong();
    }

    static MultiType array(List<Response> elements) {
        MultiType result = MultiType.create(elements.size(), false);
        elements.forEach(result::add);
        return result;
    }

    static void check(boolean asExpected) {
        if (!asExpected) {
            throw new IllegalArgumentException("a node has answered in a form that this command does not have");
        }
    }
}
