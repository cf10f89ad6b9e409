package io.quarkiverse.redis.multiplexer.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.quarkiverse.redis.multiplexer.benchmarks.worker.Sample;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The showcase, built with or without this extension, under the load of wrk on its lookup with a cache in front. */
final class WebApplication implements AutoCloseable {

    static final int HTTP_CONNECTIONS = 512;
    private static final String LOOKUP = "/countries/CH";

    private final int port = RedisServer.freePort();
    private final RespClient server;
    private final int database;
    private final Process process;
    private final Path script;

    /**
     * @param database its own, by which its connections are told from those of others
     * @param options as configuration: {@code quarkus.redis.max-pool-size=6}
     */
    WebApplication(Path application, RedisServer redis, int database, String... options) throws IOException {
        this.server = redis.client();
        this.database = database;
        String url = redis.url() + "/" + database;
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xms1g",
                "-Xmx1g", "-Dquarkus.http.port=" + port, "-Dquarkus.redis.hosts=" + url,
                "-Dquarkus.redis.stats.hosts=" + url, "-Dshowcase.cache.time-to-live=1h"));
        for (String option : options) {
            command.add("-D" + option);
        }
        command.addAll(List.of("-jar", application.toString()));
        this.process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        this.script = Files.createTempFile("wrk", ".lua");
        try (InputStream in = WebApplication.class.getResourceAsStream("wrk.lua")) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        awaitAnswer();
    }

    Sample take(int seconds) throws IOException, InterruptedException {
        Duration cpuBefore = process.info().totalCpuDuration().orElse(Duration.ZERO);
        Process wrk = new ProcessBuilder("wrk", "-t2", "-c" + HTTP_CONNECTIONS, "-d" + seconds + "s", "-s",
                script.toString(), url()).redirectErrorStream(true).start();
        String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        wrk.waitFor();
        int connections = (int) server.connections().stream().filter(line -> line.contains(" db=" + database + " ")).count();
        Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO).minus(cpuBefore);
        String figures = output.lines().filter(line -> line.startsWith("{")).findFirst()
                .orElseThrow(() -> new IllegalStateException(output));
        JsonNode json = new JsonMapper().readTree(figures);
        double requests = json.get("requests").asDouble();
        long errors = json.get("errors").asLong();
        return new Sample((requests - errors) * 1e6 / json.get("duration").asDouble(), json.get("p50").asDouble(),
                json.get("p99").asDouble(), json.get("p999").asDouble(), Double.NaN,
                cpu.toNanos() / 1e3 / Math.max(1, requests), Double.NaN, connections, errors,
                errors == 0 ? null : "HTTP status or socket errors", Double.NaN, Double.NaN);
    }

    private String url() {
        return "http://localhost:" + port + LOOKUP;
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!answers()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                close();
                throw new IllegalStateException("The web application does not answer on " + url());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private boolean answers() {
        try {
            return ((HttpURLConnection) URI.create(url()).toURL().openConnection()).getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        server.close();
        process.destroy();
        Processes.awaitEnd(process);
        try {
            Files.deleteIfExists(script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
