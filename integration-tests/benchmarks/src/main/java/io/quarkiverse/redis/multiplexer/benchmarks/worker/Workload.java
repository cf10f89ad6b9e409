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
    GET_32_APART_FROM_10M("get-32b-apart-from-10mb", 32),
    /** As {@link #GET_32}; before it is measured, it is looked at what the process takes of the memory. */
    MEMORY("memory-get-32b", 32),

    XADD("stream-xadd", 32),
    XADD_PIPELINE("stream-xadd-pipeline-100", 32),
    /** Consumers of one group, for whom there is always an entry, although they would wait for one. */
    CONSUME("stream-xreadgroup-block", 32),
    /** As {@link #CONSUME}, and they would not wait. */
    POLL("stream-xreadgroup", 32),
    /** There and back: two handings over. */
    HAND_OVER("queue-blpop-hand-over", 32),

    /** All subscribers hear the same. */
    PUBSUB_ONE_CHANNEL_32("pubsub-one-channel-32b", 32),
    PUBSUB_ONE_CHANNEL_1K("pubsub-one-channel-1kb", 1024),
    /** Every subscriber hears something else. */
    PUBSUB_CHANNELS_32("pubsub-channels-32b", 32),
    PUBSUB_CHANNELS_1K("pubsub-channels-1kb", 1024),
    /** Ten patterns, to each of which a tenth subscribes. */
    PUBSUB_PATTERNS_32("pubsub-patterns-32b", 32),
    PUBSUB_PATTERNS_1K("pubsub-patterns-1kb", 1024),

    /** From the creation of a client to the reply to its first GET. */
    WARM_START("warm-start", 32),
    /** The same once, in a new process. */
    COLD_START("cold-start", 32);

    /** How it is measured. */
    public enum Course {
        /** Callers make their operations again and again. */
        CALLS,
        /** Subscribers hear messages. */
        BROADCAST,
        /** Clients are created and closed. */
        STARTS,
        /** One client is created: who has done it before is too fast. */
        FIRST_START
    }

    private static final int KEYS = 100;
    private static final int PIPELINE = 100;

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
            case GET_32, GET_1K, GET_32_BESIDE_10M, GET_32_APART_FROM_10M, MEMORY, WARM_START, COLD_START -> List.of(get);
            case SET_32 -> List.of(set);
            case MIX_32 -> caller % 2 == 0 ? List.of(get, set) : List.of(set, get);
            case MGET_100 -> List.of(Operation.mget(IntStream.range(0, KEYS).mapToObj(i -> key(valueBytes, i)).toList(),
                    valueBytes));
            case EVAL_32 -> List.of(Operation.eval(key, valueBytes));
            case TRANSACTION -> List.of(Operation.transaction(
                    Stream.of("a", "b", "c").map(counter -> "{counter:" + caller + "}" + counter).toList()));
            case GET_10M -> List.of(Operation.get(key(valueBytes, 0), valueBytes));
            case XADD -> List.of(Operation.xadd("stream:" + caller % KEYS, "w".repeat(valueBytes)));
            case XADD_PIPELINE -> List.of(
                    Operation.xaddPipeline("stream:" + caller % KEYS, "w".repeat(valueBytes), PIPELINE));
            case CONSUME -> List.of(Operation.consume(EntryStream.KEY, valueBytes));
            case POLL -> List.of(Operation.poll(EntryStream.KEY, valueBytes));
            case HAND_OVER -> List.of(Operation.handOver("queue", "w".repeat(valueBytes)));
            case PUBSUB_ONE_CHANNEL_32, PUBSUB_ONE_CHANNEL_1K, PUBSUB_CHANNELS_32, PUBSUB_CHANNELS_1K, PUBSUB_PATTERNS_32,
                    PUBSUB_PATTERNS_1K ->
                List.of();
        };
    }

    /** What is published to so many subscribers. Only if its course is {@link Course#BROADCAST}. */
    Broadcast broadcast(int subscribers) {
        return switch (this) {
            case PUBSUB_ONE_CHANNEL_32, PUBSUB_ONE_CHANNEL_1K -> Broadcast.ofOneChannel(subscribers, valueBytes);
            case PUBSUB_CHANNELS_32, PUBSUB_CHANNELS_1K -> Broadcast.ofChannels(subscribers, valueBytes);
            case PUBSUB_PATTERNS_32, PUBSUB_PATTERNS_1K -> Broadcast.ofPatterns(subscribers, valueBytes);
            default -> throw new IllegalStateException(label);
        };
    }

    public Course course() {
        return switch (this) {
            case PUBSUB_ONE_CHANNEL_32, PUBSUB_ONE_CHANNEL_1K, PUBSUB_CHANNELS_32, PUBSUB_CHANNELS_1K, PUBSUB_PATTERNS_32,
                    PUBSUB_PATTERNS_1K ->
                Course.BROADCAST;
            case WARM_START -> Course.STARTS;
            case COLD_START -> Course.FIRST_START;
            default -> Course.CALLS;
        };
    }

    /** Whether the memory of the process is looked at, whose heap is only as large as it has to be then. */
    public boolean isAboutMemory() {
        return this == MEMORY;
    }

    /** Brings about what a measurement begins with. */
    void begin(Servers servers) {
        if (this == CONSUME || this == POLL) {
            EntryStream.rewind(servers.first(), valueBytes);
        }
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
