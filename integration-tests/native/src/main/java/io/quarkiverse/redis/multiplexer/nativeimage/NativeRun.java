package io.quarkiverse.redis.multiplexer.nativeimage;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.quarkiverse.redis.multiplexer.test.Progress;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code integration-tests/native/run}. {@code -Dnative.project} is where the project is. */
@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Holds native executables of two applications against the same on this JVM.",
        "Without any executable, the command builds both, with native-image from GRAALVM_HOME or the PATH.",
        "Progress goes to the standard error; the last line, on the standard output, is one JSON object. The exit code is 1 if"
                + " something is not as it has to be, and 2 if there is nothing to be run." })
public final class NativeRun implements Callable<Integer> {

    private static final double MEGABYTE = 1024 * 1024;

    @Option(names = "--executable", paramLabel = "FILE", description = "The showcase, ready to be executed: any program that takes"
            + " -Dkey=value for Quarkus' configuration, and listens on the port of -Dquarkus.http.port.")
    private Optional<Path> showcase = Optional.empty();

    @Option(names = "--monitored-executable", paramLabel = "FILE", description = "The same of the application with cache, health,"
            + " metrics and tracing.")
    private Optional<Path> monitored = Optional.empty();

    @Option(names = "--brief", description = "Little of everything, as in the ordinary tests: its figures say nothing.")
    private boolean brief;

    @Spec
    private CommandSpec spec;

    public static void main(String... arguments) {
        // However it ends.
        Runtime.getRuntime().addShutdownHook(
                new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
        System.exit(new CommandLine(new NativeRun()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (showcase.isEmpty() && monitored.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "No executable is given, and none has been built");
        }
        Path project = Path.of(System.getProperty("native.project"));
        Progress progress = new Progress(spec.commandLine().getErr());
        Map<String, Object> report = new LinkedHashMap<>();
        List<String> violations = new ArrayList<>();
        if (showcase.isPresent()) {
            try (Subject subject = new Showcase(project)) {
                report.put(subject.name(), run(subject, showcase.get(), project, progress, violations));
            }
        }
        if (monitored.isPresent()) {
            try (Subject subject = new Monitored()) {
                report.put(subject.name(), run(subject, monitored.get(), project, progress, violations));
            }
        }
        report.put("java", Runtime.version().toString());
        report.put("processors", Runtime.getRuntime().availableProcessors());
        report.put("violations", violations);
        PrintWriter out = spec.commandLine().getOut();
        out.println(new ObjectMapper().writeValueAsString(report));
        out.flush();
        return violations.isEmpty() ? 0 : 1;
    }

    private Map<String, Object> run(Subject subject, Path executable, Path project, Progress progress, List<String> violations)
            throws IOException, InterruptedException {
        Path jar = subject.jar(project);
        if (!Files.isExecutable(executable) || Files.isDirectory(executable)) {
            throw new ParameterException(spec.commandLine(), executable + " can't be executed");
        }
        if (!Files.exists(jar)) {
            throw new ParameterException(spec.commandLine(),
                    "There is no " + jar + ": ./mvnw package -DskipTests -pl integration-tests/" + subject.name()
                            + " -am makes it");
        }
        SubjectRun.Result result = new SubjectRun(subject, Program.executable(executable), Program.jvm(jar),
                brief ? Scale.brief() : Scale.full(), project.resolve("integration-tests/native/target/run"), progress).run();
        violations.addAll(result.violations());
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("file", executable.toString());
        report.put("size_mb", Math.round(Files.size(executable) / MEGABYTE * 10) / 10.0);
        report.putAll(result.figures());
        report.put("checks", result.checks());
        return report;
    }
}
