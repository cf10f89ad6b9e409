package io.quarkiverse.redis.multiplexer.nativeimage;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Requests to an application, each with a deadline that is later than any of its own. */
final class Http {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int LONGEST_QUOTE = 300;
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI root;

    Http(URI root) {
        this.root = root;
    }

    /** What came back. */
    public record Answer(int status, String body) {

        /** @throws Failed if the status is another one than 200 */
        JsonNode json() throws IOException {
            Failed.unless(status == 200, "instead of JSON there was " + this);
            return JSON.readTree(body);
        }

        @Override
        public String toString() {
            return status + " " + (body.length() > LONGEST_QUOTE ? body.substring(0, LONGEST_QUOTE) + "..." : body);
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    /** Whether anybody listens. */
    boolean isAnswered() throws InterruptedException {
        try {
            get("/");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    Answer post(String path, String json) throws IOException, InterruptedException {
        return send("POST", path, json);
    }

    /** @throws java.net.http.HttpTimeoutException if there is no answer for half a minute */
    Answer send(String method, String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(root.resolve(path)).timeout(DEADLINE)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json)).build();
        HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body().strip());
    }

    /** Reads what comes line by line, for as long as {@code reader} wants it. */
    void stream(String path, Flow.Subscriber<String> reader) {
        CLIENT.sendAsync(HttpRequest.newBuilder(root.resolve(path)).build(),
                HttpResponse.BodyHandlers.fromLineSubscriber(reader))
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        reader.onError(failure);
                    }
                });
    }
}
