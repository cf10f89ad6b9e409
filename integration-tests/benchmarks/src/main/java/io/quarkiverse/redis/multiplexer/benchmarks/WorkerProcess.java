package io.quarkiverse.redis.multiplexer.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import com.fasterxml.jackson.databind.json.JsonMapper;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Sample;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Task;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Worker;

/** The process that one contestant is measured in. It lives for the whole run, so that it is warm. */
final class WorkerProcess implements AutoCloseable {

    private final ContestantType contestant;
    private final JsonMapper mapper = new JsonMapper();
    private final Path log;
    private final Process process;
    private final BufferedReader answers;

    /**
     * @param libraries the folder that has the libraries of Lettuce alone
     * @param baseline another build of the engine, for {@linkplain ContestantType#isBaseline those who want it}
     */
    WorkerProcess(ContestantType contestant, Path libraries, Optional<Path> baseline) throws IOException {
        this.contestant = contestant;
        this.log = Files.createTempFile("benchmark-" + contestant.label(), ".log");
        String classPath = System.getProperty("java.class.path");
        if (contestant.isLettuce()) {
            classPath = libraries.resolve("lib-lettuce") + File.separator + "*" + File.pathSeparator + classPath;
        }
        if (contestant.isBaseline()) {
            classPath = baseline.orElseThrow() + File.pathSeparator + classPath;
        }
        this.process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xms1g", "-Xmx1g",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp", classPath, Worker.class.getName())
                .redirectError(log.toFile()).start();
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    Sample take(Task task) {
        try {
            process.outputWriter(StandardCharsets.UTF_8).append(mapper.writeValueAsString(task)).append('\n').flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IllegalStateException(contestant.label() + " died:\n" + Files.readString(log));
            }
            return mapper.readValue(answer, Sample.class);
        } catch (IOException e) {
            throw new UncheckedIOException(contestant.label(), e);
        }
    }

    @Override
    public void close() {
        try {
            process.outputWriter(StandardCharsets.UTF_8).close();
            Processes.awaitEnd(process);
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
