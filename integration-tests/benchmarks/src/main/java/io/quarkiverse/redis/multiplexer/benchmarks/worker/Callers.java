package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.Arrays;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Who calls: {@code loops:64} is 64 calls in flight, spread over two event loops; {@code threads:64} is 64 threads. */
public record Callers(Kind kind, int count) {

    /** What a caller is. */
    public enum Kind {
        LOOPS("loops"),
        THREADS("threads"),
        VIRTUAL("virtual");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    public static Callers loops(int count) {
        return new Callers(Kind.LOOPS, count);
    }

    public static Callers threads(int count) {
        return new Callers(Kind.THREADS, count);
    }

    public static Callers virtual(int count) {
        return new Callers(Kind.VIRTUAL, count);
    }

    @JsonCreator
    public static Callers parse(String text) {
        String[] parts = text.split(":");
        Kind kind = Arrays.stream(Kind.values()).filter(each -> each.label.equals(parts[0])).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Neither loops:n nor threads:n nor virtual:n: " + text));
        return new Callers(kind, Integer.parseInt(parts[1]));
    }

    /** Whether each of them holds up a thread while it waits. */
    public boolean areBlocking() {
        return kind != Kind.LOOPS;
    }

    @JsonValue
    @Override
    public String toString() {
        return kind.label + ":" + count;
    }
}
