package io.quarkiverse.redis.multiplexer.nativeimage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.quarkiverse.redis.multiplexer.test.Progress;
import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** One application: measured, and checked. */
final class SubjectRun {

    /**
     * @param figures by program
     * @param checks what was seen, or what went wrong, by check
     * @param violations what went wrong
     */
    record Result(Map<String, Map<String, Number>> figures, Map<String, String> checks, List<String> violations) {
    }

    private final Subject subject;
    private final Program executable;
    private final Program jvm;
    private final Scale scale;
    private final Path folder;
    private final Progress progress;
    private final Map<String, String> checks = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** @param folder for logs */
    SubjectRun(Subject subject, Program executable, Program jvm, Scale scale, Path folder, Progress progress) {
        this.subject = subject;
        this.executable = executable;
        this.jvm = jvm;
        this.scale = scale;
        this.folder = folder.resolve(subject.name());
        this.progress = progress;
    }

    Result run() throws InterruptedException {
        Map<String, Map<String, Number>> figures = Map.of();
        try {
            progress.tell("%s: measuring both", subject.name());
            figures = new Comparison(subject, List.of(executable, jvm), scale, folder).run();
            progress.tell("%s: %s", subject.name(), figures);
            checkAll();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            violated("start and load", e);
        }
        return new Result(figures, checks, violations);
    }

    private void checkAll() throws Exception {
        try (RedisServer server = RedisServer.start();
                RunningApplication application = RunningApplication.start(executable, subject.configuration(server),
                        subject.firstPath(), folder.resolve("checked.log"), scale.patience())) {
            Ground ground = new Ground(executable, application, server, scale, folder.resolve("another.log"));
            for (Check check : subject.checks()) {
                check(check, ground);
            }
        }
    }

    private void check(Check check, Ground ground) throws InterruptedException {
        try {
            String seen = check.run(ground);
            ground.application().assertAlive();
            checks.put(check.name(), seen);
            progress.tell("%s, %s: %s", subject.name(), check.name(), seen);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            violated(check.name(), e);
        }
    }

    private void violated(String what, Exception failure) {
        String message = failure instanceof Failed ? failure.getMessage() : failure.toString();
        checks.put(what, "failed");
        violations.add(subject.name() + ", " + what + ": " + message);
        progress.tell("%s, %s: %s", subject.name(), what, message);
    }
}
