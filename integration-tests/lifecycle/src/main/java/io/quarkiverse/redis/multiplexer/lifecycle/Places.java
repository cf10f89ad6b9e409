package io.quarkiverse.redis.multiplexer.lifecycle;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * Where the driven application and its tests have their data: places that do not see each other's. The application has
 * {@link #APPLICATION}, its tests have the others, each profile another one than the profile before.
 */
interface Places extends AutoCloseable {

    int APPLICATION = 0;
    int TESTS = 2;
    /** In each place, its number is under this key. */
    String NUMBER = "lifecycle:place";

    /** The {@code quarkus.redis.client-type}. */
    String clientType();

    /** The {@code quarkus.redis.hosts} of a place. */
    String hosts(int place);

    /** The lines of CLIENT LIST of all places, but for those of servers among themselves and of who asks. */
    List<String> connections();

    /** Of these, those that have to do with one place. */
    List<String> connections(int place);

    /** System properties that tell the tests where they have their data. */
    default List<String> forTests() {
        return Stream.concat(Stream.of("-Dlifecycle.client-type=" + clientType()), IntStream.rangeClosed(1, TESTS)
                .mapToObj(place -> "-Dlifecycle.hosts." + place + "=" + hosts(place))).toList();
    }

    @Override
    void close();

    /** Of clients only: a replica's connection to its primary has the flag S there, and M here. */
    static List<String> clients(RespClient server) {
        return server.connections().stream().filter(line -> !line.matches(".* flags=\\w*[SM]\\w* .*")).toList();
    }
}
