package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link SpanFailure}: no text that may hold arguments, of the failure or of what has caused it. */
class SpanFailureTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "ERR unknown command 'atuh', with args beginning with: 's3cret' | ERR",
            "CROSSSLOT Redis client 'test' sends nothing of rename: its keys 's3cret' (slot 1) and | CROSSSLOT",
            "ERR [1] WRONGTYPE s3cret | WRONGTYPE",
            "s3cret | ERR" })
    void ofAnErrorOnlyTheCodeIsTold(String message, String code) {
        assertEquals(code, assertInstanceOf(ErrorType.class, SpanFailure.of(ErrorType.create(message))).getMessage());
    }

    @Test
    void ofAPartialWriteTheKeysAreCounted() {
        List<Buffer> keys = List.of(Buffer.buffer("s3cret-1"), Buffer.buffer("s3cret-2"));
        Throwable told = SpanFailure.of(new PartialWriteException("executed for s3cret-1, s3cret-2", keys, List.of(), keys,
                ErrorType.create("OOM command not allowed: s3cret")));

        StringWriter trace = new StringWriter();
        told.printStackTrace(new PrintWriter(trace, true));
        assertFalse(trace.toString().contains("s3cret"), trace::toString);
        assertEquals("Executed in part only, for 2 keys, not for 0, and perhaps for 2: ErrorType: OOM",
                assertInstanceOf(PartialWriteException.class, told).getMessage());
    }

    @Test
    void whatTheClientSaysItselfIsToldAsItIs() {
        for (Throwable failure : List.of(new CommandTimeoutException("did not answer get", true),
                new ConnectionLostException("cannot connect", false, new ConnectException("refused")),
                new Error("no memory"))) {
            assertSame(failure, SpanFailure.of(failure));
        }
    }
}
