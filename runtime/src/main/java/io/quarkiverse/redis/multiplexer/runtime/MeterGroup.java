package io.quarkiverse.redis.multiplexer.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkiverse.redis.multiplexer.LaneStatus.Failures;

/**
 * Meters of one part of a client, which have their tags in common.
 *
 * @param <T> the status of that part
 */
final class MeterGroup<T> {

    static final String COMMANDS = "commands";

    private final MeterRegistry registry;
    private final RecentStatus status;
    private final Function<RecentStatus.Snapshot, Optional<T>> part;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();

    /** @param part finds it in the client's status; all meters are 0 while it finds none */
    MeterGroup(MeterRegistry registry, RecentStatus status, Function<RecentStatus.Snapshot, Optional<T>> part, Tags tags) {
        this.registry = registry;
        this.status = status;
        this.part = part;
        this.tags = tags;
    }

    void remove() {
        meters.forEach(registry::remove);
    }

    void counter(String name, String description, Tags more, ToLongFunction<T> figure) {
        meters.add(FunctionCounter.builder(ClientMeters.PREFIX + name, this, read(figure)).description(description)
                .tags(tags.and(more)).register(registry));
    }

    /** @param unit may be {@code null} */
    void gauge(String name, String description, String unit, Tags more, ToLongFunction<T> figure) {
        meters.add(Gauge.builder(ClientMeters.PREFIX + name, this, read(figure)).description(description)
                .baseUnit(unit).tags(tags.and(more)).register(registry));
    }

    void timer(String name, String description, ToLongFunction<T> count, ToLongFunction<T> nanos) {
        ToDoubleFunction<MeterGroup<T>> counted = read(count);
        meters.add(FunctionTimer.builder(ClientMeters.PREFIX + name, this, itself -> (long) counted.applyAsDouble(itself),
                read(nanos), TimeUnit.NANOSECONDS).description(description).tags(tags).register(registry));
    }

    void backlog(ToLongFunction<T> figure) {
        gauge("backlog", "Commands accepted and not yet written", COMMANDS, Tags.empty(), figure);
    }

    void failures(Function<T, Stream<Failures>> parts) {
        for (FailureReason reason : FailureReason.values()) {
            counter("failures", "Commands on shared connections that failed, by the reason", Tags.of("reason", reason.tag()),
                    its -> parts.apply(its).mapToLong(reason::count).sum());
        }
    }

    /** Keeps this group, too: a meter alone does not keep what it is of. */
    private ToDoubleFunction<MeterGroup<T>> read(ToLongFunction<T> figure) {
        RecentStatus.Reader reader = status.reader();
        return itself -> part.apply(reader.read()).map(figure::applyAsLong).orElse(0L);
    }
}
