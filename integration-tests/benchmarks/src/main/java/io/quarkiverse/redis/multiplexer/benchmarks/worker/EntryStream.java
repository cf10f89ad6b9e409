package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Operation;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** A stream with more entries than anybody reads in a measurement, and a group that has read none of them. */
final class EntryStream {

    static final String KEY = "entries";
    private static final int ENTRIES = 300_000;
    private static final String FILL = """
            for i = redis.call('XLEN', KEYS[1]) + 1, tonumber(ARGV[1]) do
                redis.call('XADD', KEYS[1], '*', ARGV[2], ARGV[3])
            end""";

    private EntryStream() {
    }

    /** Has all entries read anew. @param bytes of the value of an entry */
    static void rewind(RespClient server, int bytes) {
        server.call("EVAL", FILL, "1", KEY, String.valueOf(ENTRIES), Operation.FIELD, "e".repeat(bytes));
        server.call("XGROUP", "DESTROY", KEY, Operation.GROUP);
        server.call("XGROUP", "CREATE", KEY, Operation.GROUP, "0");
    }
}
