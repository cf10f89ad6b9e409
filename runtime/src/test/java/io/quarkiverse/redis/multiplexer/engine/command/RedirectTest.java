package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.command.Redirect.HostKind;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link Redirect}: in which words servers send somebody elsewhere. */
class RedirectTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            MOVED 3999 127.0.0.1:6381            | MOVED | 3999  | NAMED   | 127.0.0.1    | 6381
            ASK 0 redis-1.example.org:6379       | ASK   | 0     | NAMED   | redis-1.example.org | 6379
            MOVED 16383 :7001                    | MOVED | 16383 | SAME    | ''           | 7001
            ASK 12 ?:7001                        | ASK   | 12    | UNKNOWN | ''           | 7001
            MOVED 1 2001:db8::1:6379             | MOVED | 1     | NAMED   | 2001:db8::1  | 6379
            MOVED 1 ::1:6379                     | MOVED | 1     | NAMED   | ::1          | 6379
            MOVED 1 [::1]:6379                   | MOVED | 1     | NAMED   | ::1          | 6379
            MOVED 1 host:65535                   | MOVED | 1     | NAMED   | host         | 65535
            MOVED  1   host:1                    | MOVED | 1     | NAMED   | host         | 1
            MOVED 1 host:1 and more              | MOVED | 1     | NAMED   | host         | 1
            """)
    void aSlotIsElsewhere(String text, ServerError error, int slot, HostKind kind, String host, int port) {
        assertEquals(Optional.of(new Redirect(error, OptionalInt.of(slot), kind, host, port)), of(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            REDIRECT 10.0.0.2:6379               | NAMED   | 10.0.0.2     | 6379
            REDIRECT 2001:db8::1:6379            | NAMED   | 2001:db8::1  | 6379
            REDIRECT :6380                       | SAME    | ''           | 6380
            REDIRECT ?:6380                      | UNKNOWN | ''           | 6380
            """)
    void everythingIsElsewhere(String text, HostKind kind, String host, int port) {
        assertEquals(Optional.of(new Redirect(ServerError.REDIRECT, OptionalInt.empty(), kind, host, port)), of(text));
    }

    /** Peers are not trusted: whoever gets one of these looks up the topology anew. */
    @ParameterizedTest
    @ValueSource(strings = { "MOVED", "MOVED 1", "MOVED 1 host", "MOVED 1 host:", "MOVED 1 host:0", "MOVED 1 host:65536",
            "MOVED 1 host:-1", "MOVED 1 host:x", "MOVED 16384 host:1", "MOVED -1 host:1", "MOVED x host:1",
            "MOVED 99999999999 host:1", "MOVED 1 host:99999999999", "ASK host:1", "ASK", "REDIRECT", "REDIRECT host",
            "REDIRECT host:0", "MOVED 1 host:6379@16379" })
    void whatIsNotUnderstoodLeadsNowhere(String text) {
        assertEquals(Optional.empty(), of(text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "TRYAGAIN 1 host:1", "CLUSTERDOWN 1 host:1", "ERR MOVE 1 host:1", "MOVEDX 1 host:1",
            "READONLY host:1" })
    void otherErrorsAreNone(String text) {
        assertEquals(Optional.empty(), of(text));
    }

    private static Optional<Redirect> of(String text) {
        return Redirect.of(ErrorType.create(text));
    }
}
