package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Operation;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** What callers call. */
public enum Workload {

    GET_32("get-32b", 32),
    GET_1K("get-1kb", 1024),
    SET_32("set-32b", 32),
    MIX_32("get-set-32b", 32),
    MGET_100("mget-100", 32),
    EVAL_32("eval-32b", 32),
    /** MULTI, three INCR, EXEC; callers have counters of their own. */
    TRANSACTION("transaction", 0),
    GET_10M("get-10mb", 10 * 1024 * 1024),
    /** As {@link #GET_32}, and one more caller, who is not measured, gets 10 MB at a time. */
    GET_32_BESIDE_10M("get-32b-beside-10mb", 32),
    /** As {@link #GET_32_BESIDE_10M}, but the one who gets 10 MB has a client of his own, of the same kind. */
    GET_32_APART_FROM_10M("get-32b-apart-from-10mb", 32);

    private static final int KEYS = 100;

    private final String label;
    private final int valueBytes;

    Workload(String label, int valueBytes) {
        this.label = label;
        this.valueBytes = valueBytes;
    }

    @JsonCreator
    public static Workload of(String label) {
        return Arrays.stream(values()).filter(workload -> workload.label.equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No workload is called " + label));
    }

    @JsonValue
    public String label() {
        return label;
    }

    /** Puts everything that workloads read into the servers. @param servers those that have the keys */
    public static void prepare(Function<String, RespClient> servers) {
        for (int length : new int[] { GET_32.valueBytes, GET_1K.valueBytes }) {
            for (int i = 0; i < KEYS; i++) {
                put(servers, key(length, i), length);
            }
        }
        put(servers, key(GET_10M.valueBytes, 0), GET_10M.valueBytes);
    }

    private static void put(Function<String, RespClient> servers, String key, int length) {
        servers.apply(key).call("SET", key, "v".repeat(length));
    }

    /** The operations that a caller makes in turn. */
    public List<Operation> operations(int caller) {
        String key = key(valueBytes, caller % KEYS);
        Operation get = Operation.get(key, valueBytes);
        Operation set = Operation.set("written:" + caller % KEYS, "w".repeat(valueBytes));
        return switch (this) {
            case GET_32, GET_1K, GET_32_BESIDE_10M, GET_32_APART_FROM_10M -> List.of(get);
            case SET_32 -> List.of(set);
            case MIX_32 -> caller % 2 == 0 ? List.of(get, set) : List.of(set, get);
            case MGET_100 -> List.of(Operation.mget(IntStream.range(0, KEYS).mapToObj(i -> key(valueBytes, i)).toList(),
                    valueBytes));
            case EVAL_32 -> List.of(Operation.eval(key, valueBytes));
            case TRANSACTION -> List.of(Operation.transaction(
                    Stream.of("a", "b", "c").map(counter -> "{counter:" + caller + "}" + counter).toList()));
            case GET_10M -> List.of(Operation.get(key(valueBytes, 0), valueBytes));
        };
    }

    /** Whether somebody does {@link #GET_10M} meanwhile, who is not measured. */
    public boolean isDisturbed() {
        return this == GET_32_BESIDE_10M || this == GET_32_APART_FROM_10M;
    }

    /** Whether those who are measured share their client with the one who disturbs them. */
    boolean isShared() {
        return this != GET_32_APART_FROM_10M;
    }

    private static String key(int length, int index) {
        return "value:" + length + ":" + index;
    }
}
