package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.ConnectException;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.vertx.redis.client.impl.types.ErrorType;

/** {@link ErrorCode}: the first word of what the server says no with. */
class ErrorCodeTest {

    @ParameterizedTest
    @CsvSource({ "WRONGTYPE Operation against a key,WRONGTYPE", "ERR unknown command,ERR", "NOSCRIPT,NOSCRIPT",
            "ERR [3] WRONGTYPE Operation,WRONGTYPE", "ERR [0] unknown command,ERR", "something else,ERR", "A b,ERR",
            "CLUSTERDOWN The cluster is down (Redis client 'a' at b:1),CLUSTERDOWN" })
    void itIsTheFirstWord(String message, String code) {
        assertEquals(Optional.of(code), ErrorCode.of(ErrorType.create(message)));
    }

    @Test
    void theFirstOfABatchCounts() {
        String message = "ERR [0] WRONGTYPE Operation" + System.lineSeparator() + "ERR [1] OOM command not allowed";
        assertEquals(Optional.of("WRONGTYPE"), ErrorCode.of(ErrorType.create(message)));
    }

    @Test
    void whatIsNotTheServersHasNone() {
        assertEquals(Optional.empty(), ErrorCode.of(new ConnectException("WRONGTYPE")));
    }
}
