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
import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Transport;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Sample;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Task;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Worker;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Workload;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Workload.Course;

/** The process that one contestant is measured in. */
final class WorkerProcess implements AutoCloseable {

    /** How long it is used. */
    enum Lifetime {
        /** For the whole run, so that it is warm. */
        RUN,
        /** For one task, as nobody knows it beforehand. */
        TASK
    }

    /** How large its heap is. */
    enum Heap {
        FIXED("-Xms1g"),
        /** As large as it has to be. */
        GROWING("-Xms16m");

        private final String option;

        Heap(String option) {
            this.option = option;
        }
    }

    /** What distinguishes it from others. */
    record Kind(ContestantType contestant, Lifetime lifetime, Heap heap) {

        static Kind of(ContestantType contestant, Workload workload) {
            return new Kind(contestant, workload.course() == Course.FIRST_START ? Lifetime.TASK : Lifetime.RUN,
                    workload.isAboutMemory() ? Heap.GROWING : Heap.FIXED);
        }
    }

    private final ContestantType contestant;
    private final JsonMapper mapper = new JsonMapper();
    private final Path log;
    private final Process process;
    private final BufferedReader answers;

    /**
     * @param libraries the folder that has the folders with the libraries of Lettuce alone
     * @param baseline another build of the engine, for {@linkplain ContestantType#isBaseline those who want it}
     */
    WorkerProcess(Kind kind, Path libraries, Optional<Path> baseline) throws IOException {
        this.contestant = kind.contestant();
        this.log = Files.createTempFile("benchmark-" + contestant.label(), ".log");
        String classPath = System.getProperty("java.class.path");
        boolean epoll = contestant.transport() == Transport.NATIVE;
        if (contestant.isLettuce()) {
            // It has event loops of its own, which use epoll if it is there.
            classPath = jars(libraries, "lib-lettuce") + (epoll ? jars(libraries, "lib-lettuce-epoll") : "") + classPath;
        } else if (epoll) {
            classPath = jars(libraries, "lib-epoll") + classPath;
        }
        if (contestant.isBaseline()) {
            classPath = baseline.orElseThrow() + File.pathSeparator + classPath;
        }
        this.process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), kind.heap().option,
                "-Xmx1g",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp", classPath, Worker.class.getName(),
                (contestant.isLettuce() ? Transport.NIO : contestant.transport()).name())
                .redirectError(log.toFile()).start();
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    private static String jars(Path libraries, String folder) {
        return libraries.resolve(folder) + File.separator + "*" + File.pathSeparator;
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
