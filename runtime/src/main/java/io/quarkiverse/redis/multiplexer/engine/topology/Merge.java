package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.vertx.core.buffer.Buffer;
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
    /** The elements of all arrays, which are names, each of them once. */
    DISTINCT {
        @Override
        public Response merge(List<Response> replies) {
            Map<Buffer, Response> distinct = new LinkedHashMap<>();
            elements(replies).forEach(element -> distinct.putIfAbsent(nameIn(element), element));
            return array(List.copyOf(distinct.values()));
        }
    },
    /** Names, the same and in the same order in all arrays, each followed by a number: the sum for each place. */
    COUNTS {
        @Override
        public Response merge(List<Response> replies) {
            checkSizes(replies);
            List<Response> counts = new ArrayList<>();
            for (int i = 0; i + 1 < replies.get(0).size(); i += 2) {
                int place = i;
                Buffer name = nameIn(replies.get(0).get(place));
                check(replies.stream().allMatch(reply -> name.equals(nameIn(reply.get(place)))));
                counts.add(replies.get(0).get(place));
                counts.add(foldedAt(place + 1, replies, Math::addExact));
            }
            return array(counts);
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
        checkSizes(replies);
        return array(IntStream.range(0, replies.get(0).size()).mapToObj(i -> foldedAt(i, replies, operator)).toList());
    }

    private static Response foldedAt(int index, List<Response> replies, LongBinaryOperator operator) {
        return NumberType.create(replies.stream().mapToLong(reply -> number(reply.get(index))).reduce(operator).orElseThrow());
    }

    private static void checkSizes(List<Response> replies) {
        for (Response reply : replies) {
            check(isArray(reply) && reply.size() == replies.get(0).size());
        }
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

    /** Its bytes, which need not be text. */
    private static Buffer nameIn(Response reply) {
        check(reply != null && reply.type() != ResponseType.MULTI);
        return reply.type() == ResponseType.BULK ? reply.toBuffer() : Buffer.buffer(reply.toString());
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
