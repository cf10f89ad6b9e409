package io.quarkiverse.redis.multiplexer.showcase;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

import io.restassured.RestAssured;

/** Somebody who has the chat open, until it is closed. */
final class ChatListener implements AutoCloseable, Flow.Subscriber<String> {

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile Flow.Subscription stream;

    ChatListener() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + "/chat")).build();
        HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.fromLineSubscriber(this));
    }

    /** The data of the events, or what has gone wrong instead. */
    List<String> heard() {
        return heard;
    }

    boolean hasHeard(String text) {
        return heard.stream().anyMatch(event -> event.contains(text));
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        stream = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        if (line.startsWith("data:")) {
            heard.add(line);
        }
    }

    @Override
    public void onError(Throwable failure) {
        heard.add(failure.toString());
    }

    @Override
    public void onComplete() {
        heard.add("the end");
    }

    @Override
    public void close() {
        if (stream != null) {
            stream.cancel();
        }
    }
}
