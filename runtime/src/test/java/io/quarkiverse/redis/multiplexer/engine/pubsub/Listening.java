package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import io.vertx.redis.client.Response;

/** Keeps everything that one subscriber is told, in order, each as its words. */
class Listening implements Subscriber.Messages {

    final Subscriber subscriber = new Subscriber(this);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    /** Thrown when it is told of the end. */
    volatile Optional<Error> troubleAtEnd = Optional.empty();

    List<String> heard() {
        return List.copyOf(heard);
    }

    final void hear(String line) {
        heard.add(line);
    }

    /** Only published messages, each by the last of its words. */
    List<String> texts() {
        return heard.stream().filter(line -> line.matches("(?s)[ps]?message .*"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList();
    }

    @Override
    public void add(Response message) {
        heard.add(words(message));
    }

    @Override
    public void confirm(Response confirmation) {
        heard.add(words(confirmation));
    }

    private static String words(Response message) {
        return message.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    @Override
    public void fail(Throwable cause) {
        heard.add("failure " + cause.getMessage());
    }

    @Override
    public void end() {
        heard.add("end");
        troubleAtEnd.ifPresent(trouble -> {
            throw trouble;
        });
    }
}
