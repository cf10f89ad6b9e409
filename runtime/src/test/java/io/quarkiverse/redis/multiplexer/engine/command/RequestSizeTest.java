package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

class RequestSizeTest {

    private static final int MILLION = 1024 * 1024;

    @Test
    void aMillionArgumentsAreTooMany() {
        assertFalse(RequestSize.isOversized(List.of(withArguments(MILLION - 1))));
        assertTrue(RequestSize.isOversized(List.of(withArguments(MILLION))));
    }

    /** The same array again and again takes no memory. */
    @Test
    void halfAGigabyteIsTooMuch() {
        byte[] large = new byte[64 * MILLION];
        Request request = Request.cmd(Command.create("mset"));
        for (int i = 0; i < 7; i++) {
            request.arg(large);
        }
        assertFalse(RequestSize.isOversized(List.of(request)));
        assertTrue(RequestSize.isOversized(List.of(request.arg(large))));
    }

    @Test
    void oneOfABatchIsEnough() {
        Request small = Commands.request("GET a");
        assertFalse(RequestSize.isOversized(List.of(small, small)));
        assertTrue(RequestSize.isOversized(List.of(small, withArguments(MILLION), small)));
    }

    /** Servers count what they have queued of it. */
    @Test
    void aTransactionIsTakenAsAWhole() {
        Request multi = Commands.request("MULTI");
        Request exec = Commands.request("EXEC");
        byte[] large = new byte[100 * MILLION];
        Request half = Request.cmd(Command.MSET).arg(large).arg(large).arg(large);
        assertTrue(RequestSize.isOversized(List.of(multi, half, half, exec)));
        assertTrue(RequestSize.isOversized(List.of(multi, half, exec, multi, half, half, Commands.request("DISCARD"))));
        assertFalse(RequestSize.isOversized(List.of(half, half, multi, half, exec, half)));
        assertFalse(RequestSize.isOversized(List.of(multi, half, exec, multi, half, exec)));
    }

    private static Request withArguments(int count) {
        Request request = Request.cmd(Command.create("del"));
        byte[] key = new byte[1];
        for (int i = 0; i < count; i++) {
            request.arg(key);
        }
        return request;
    }
}
