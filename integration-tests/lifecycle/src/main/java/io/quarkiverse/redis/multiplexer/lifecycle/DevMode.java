package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The showcase in dev mode, in processes of its own, as it is seen from outside. */
final class DevMode implements AutoCloseable {

    /** What the probe tells. */
    record State(String version, long pid, int timers, Map<String, Integer> threads, int oldClassLoaders) {
    }

    private static final Duration START_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration RELOAD_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern STOPPED = Pattern.compile("stopped in ([0-9.]+)s");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ProjectCopy project;
    private final Path log;
    private final URI url;
    private final Process maven;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private DevMode(ProjectCopy project, Path log, URI url, Process maven) {
        this.project = project;
        this.log = log;
        this.url = url;
        this.maven = maven;
    }

    /**
     * @param port what the project is configured with
     * @param jvmArguments for the application's JVM
     */
    static DevMode start(ProjectCopy project, Path log, int port, String jvmArguments)
            throws IOException, InterruptedException {
        Process maven = project.maven(log, "-Ddebug=false", "-Djvm.args=" + jvmArguments, "compile", "quarkus:dev");
        DevMode started = new DevMode(project, log, URI.create("http://localhost:" + port), maven);
        try {
            started.awaitVersion(START_TIMEOUT);
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    URI url() {
        return url;
    }

    /** What the application is to tell, once it has been reloaded. */
    String version() {
        return project.version();
    }

    State state() throws IOException, InterruptedException {
        return JSON.readValue(get("/probe"), State.class);
    }

    Map<String, String> texts(String path) throws IOException, InterruptedException {
        return JSON.readValue(get(path), new TypeReference<>() {
        });
    }

    Map<String, Integer> numbers(String path) throws IOException, InterruptedException {
        return JSON.readValue(get(path), new TypeReference<>() {
        });
    }

    void post(String path) throws IOException, InterruptedException {
        request("POST", path);
    }

    /** Changes a source file. {@link #awaitReload()} asks for what dev mode makes of it. */
    void change() throws IOException {
        project.changeVersion();
    }

    /** Returns when the changed application answers. */
    void awaitReload() throws IOException, InterruptedException {
        awaitVersion(RELOAD_TIMEOUT);
    }

    void reload() throws IOException, InterruptedException {
        change();
        awaitReload();
    }

    /** How long the stops have taken, in milliseconds. */
    List<Long> stopMillis() throws IOException {
        return STOPPED.matcher(Files.readString(log)).results().map(DevMode::millis).toList();
    }

    private static long millis(MatchResult stop) {
        return Math.round(Double.parseDouble(stop.group(1)) * 1000);
    }

    private void awaitVersion(Duration timeout) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (;;) {
            String answer = tryVersion();
            if (answer.equals(version())) {
                return;
            }
            if (!maven.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("Dev mode does not answer " + version() + " but " + answer + "; see " + log);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private String tryVersion() throws InterruptedException {
        try {
            return send("GET", "/probe/version").body();
        } catch (IOException e) {
            // Not there yet.
            return e.toString();
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        try {
            return request("GET", path);
        } catch (IOException e) {
            // A live reload may close a connection that is being used again.
            return request("GET", path);
        }
    }

    private String request(String method, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send(method, path);
        if (response.statusCode() / 100 != 2) {
            throw new IOException(path + " answers " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path)).timeout(REQUEST_TIMEOUT)
                .method(method, HttpRequest.BodyPublishers.noBody()).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> processes = maven.descendants().toList();
        maven.destroy();
        for (ProcessHandle process : processes) {
            process.destroy();
            process.onExit().join();
        }
        maven.waitFor();
    }
}
