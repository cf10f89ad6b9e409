package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** {@link Operation}: what a call is called. */
class OperationTest {

    @Test
    void aCommandHasItsName() {
        Operation operation = Operation.of(Request.cmd(Command.SET).arg("key").arg("value"));
        assertEquals("set", operation.stockName());
        assertEquals("set", operation.name());
        assertEquals(1, operation.size());
    }

    /** The names of batches that OpenTelemetry's conventions for Redis give. */
    @ParameterizedTest
    @CsvSource({ "GET a,get,1", "GET a;GET b,PIPELINE get,2", "GET a;SET a 1;GET b,PIPELINE,3",
            "MULTI;SET a 1;SET b 2;EXEC,MULTI set,2", "MULTI;SET a 1;GET a;EXEC,MULTI,2", "MULTI;SET a 1;EXEC,set,1",
            "MULTI;EXEC,PIPELINE,2", "MULTI;SET a 1,PIPELINE,2" })
    void aBatchIsNamedByWhatItsCommandsHaveInCommon(String requests, String name, int size) {
        List<Request> all = Commands.requests(requests.split(";"));
        Operation operation = Operation.ofBatch(all);
        assertEquals("batch", operation.stockName());
        assertEquals(name, operation.name());
        assertEquals(size, operation.size());
        assertEquals(all.get(0), operation.first());
    }
}
