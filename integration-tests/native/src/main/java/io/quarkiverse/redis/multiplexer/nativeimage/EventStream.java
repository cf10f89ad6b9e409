package io.quarkiverse.redis.multiplexer.nativeimage;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

/** Listens to the server-sent events of an application until it is closed. */
final class EventStream implements AutoCloseable, Flow.Subscriber<String> {

    private static final String DATA = "data:";

    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile Flow.Subscription lines;

    EventStream(Http http, String path) {
        http.stream(path, this);
    }

    /** How many of the events so far have that text. */
    long count(String text) {
        return events.stream().filter(event -> event.contains(text)).count();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        lines = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        if (line.startsWith(DATA)) {
            events.add(line);
        }
    }

    @Override
    public void onError(Throwable failure) {
        // Who waits for events waits in vain.
    }

    @Override
    public void onComplete() {
        // As above.
    }

    @Override
    public void close() {
        if (lines != null) {
            lines.cancel();
        }
    }
}
