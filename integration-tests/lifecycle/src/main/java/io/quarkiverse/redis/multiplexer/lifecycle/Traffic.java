package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** Requests to an application, from outside and without a break, each with a deadline. */
final class Traffic implements AutoCloseable {

    /** A request of the traffic. */
    record Call(String method, String path, String body) {

        static Call get(String path) {
            return new Call("GET", path, "");
        }
    }

    /** More than the timeout of a command. */
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int CALLERS = 8;
    private static final long PAUSE_MILLIS = 20;
    private static final Pattern CLOSED = Pattern.compile(
            "(?i)closed|is stopped|event executor terminated|RejectedExecution|shut ?down|CONNECTION_CLOSED");

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final List<Call> calls;
    private final List<Thread> callers = new ArrayList<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicInteger hung = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicInteger errorsAtReload = new AtomicInteger();
    private final AtomicInteger closedErrors = new AtomicInteger();
    private final Map<String, Integer> samples = new ConcurrentHashMap<>();
    /** Odd while a reload goes on. */
    private final AtomicInteger reloads = new AtomicInteger();
    private volatile String newVersion = "";
    private volatile boolean stopped;

    private Traffic(URI url, List<Call> calls) {
        this.url = url;
        this.calls = calls;
    }

    static Traffic start(URI url, List<Call> calls) {
        Traffic traffic = new Traffic(url, calls);
        for (int caller = 0; caller < CALLERS; caller++) {
            int first = caller;
            Thread thread = new Thread(() -> traffic.run(first), "caller-" + caller);
            traffic.callers.add(thread);
            thread.start();
        }
        return traffic;
    }

    /** @param version what the reloaded application tells with its answers */
    void reloadBegins(String version) {
        newVersion = version;
        reloads.incrementAndGet();
    }

    void reloadEnded() {
        reloads.incrementAndGet();
    }

    long requests() {
        return requests.get();
    }

    /** Requests that were not answered within their deadline. */
    int hung() {
        return hung.get();
    }

    /** Requests that failed, and that no reload went on with. */
    int errors() {
        return errors.get();
    }

    /** Requests that failed and that a reload had overtaken. */
    int errorsAtReload() {
        return errorsAtReload.get();
    }

    /** Of the errors, those that come of a client that is at its end, in an application that is not. */
    int closedErrors() {
        return closedErrors.get();
    }

    /** What went wrong how often. */
    Map<String, Integer> samples() {
        return new TreeMap<>(samples);
    }

    private void run(int first) {
        try {
            for (int next = first; !stopped; next++) {
                call(calls.get(next % calls.size()));
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            // That is how the traffic ends.
            Thread.currentThread().interrupt();
        }
    }

    private void call(Call call) throws InterruptedException {
        int before = reloads.get();
        requests.incrementAndGet();
        try {
            HttpResponse<String> response = send(call);
            if (response.statusCode() / 100 != 2 && response.statusCode() != 409) {
                failed(call, before, response.headers().firstValue("X-Version").orElse(""),
                        response.statusCode() + " " + response.body().strip());
            }
        } catch (HttpTimeoutException e) {
            hung.incrementAndGet();
            samples.merge("hung: " + call, 1, Integer::sum);
        } catch (IOException e) {
            failed(call, before, "", e.toString());
        }
    }

    /** A live reload closes connections. Who finds out late asks again, as browsers do. */
    private HttpResponse<String> send(Call call) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(call.path)).timeout(DEADLINE)
                .header("Content-Type", "application/json")
                .method(call.method, HttpRequest.BodyPublishers.ofString(call.body)).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private void failed(Call call, int reloadsBefore, String version, String text) {
        boolean overtaken = reloadsBefore % 2 == 1 || reloadsBefore != reloads.get();
        boolean ofNewStart = version.equals(newVersion);
        if (overtaken && !ofNewStart) {
            errorsAtReload.incrementAndGet();
        } else {
            errors.incrementAndGet();
            if (CLOSED.matcher(text).find()) {
                closedErrors.incrementAndGet();
            }
        }
        String when = overtaken && !ofNewStart ? "at reload: " : "";
        samples.merge(when + call.method + " " + call.path + ": " + firstLine(text), 1, Integer::sum);
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) : line;
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread caller : callers) {
            caller.join();
        }
    }
}
