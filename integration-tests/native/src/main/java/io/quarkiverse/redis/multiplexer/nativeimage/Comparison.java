package io.quarkiverse.redis.multiplexer.nativeimage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** Measures programs side by side: whatever it does with one, it does with the next one before it goes on. */
final class Comparison {

    private final Subject subject;
    private final List<Program> programs;
    private final Scale scale;
    private final Path folder;
    private final Map<String, Figures> figures = new LinkedHashMap<>();

    Comparison(Subject subject, List<Program> programs, Scale scale, Path folder) {
        this.subject = subject;
        this.programs = programs;
        this.scale = scale;
        this.folder = folder;
        programs.forEach(program -> figures.put(program.name(), new Figures()));
    }

    /** @return the figures by the names of the programs; {@code idle_rss_mb} and the like are in units of 1024 * 1024 bytes */
    Map<String, Map<String, Number>> run() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            measureStarts(server);
            measureLoads(server);
        }
        Map<String, Map<String, Number>> medians = new LinkedHashMap<>();
        figures.forEach((program, measured) -> medians.put(program, measured.medians()));
        return medians;
    }

    private void measureStarts(RedisServer server) throws Exception {
        for (int i = 0; i < scale.starts(); i++) {
            for (Program program : programs) {
                try (RunningApplication application = start(program, server)) {
                    Figures own = figures.get(program.name());
                    own.add("first_answer_ms", TimeUnit.NANOSECONDS.toMicros(application.firstAnswer().toNanos()) / 1000.0);
                    TimeUnit.NANOSECONDS.sleep(scale.idle().toNanos());
                    own.addBytes("idle_rss_mb", application.residentBytes());
                }
            }
        }
    }

    private void measureLoads(RedisServer server) throws Exception {
        List<RunningApplication> applications = new ArrayList<>();
        try {
            for (Program program : programs) {
                applications.add(start(program, server));
            }
            for (Load load : subject.loads(scale)) {
                // As many again before them, which do not count.
                for (int round = -scale.rounds(); round < scale.rounds(); round++) {
                    for (int i = 0; i < programs.size(); i++) {
                        double perSecond = load.perSecond(applications.get(i));
                        if (round >= 0) {
                            figures.get(programs.get(i).name()).add(load.name(), perSecond);
                        }
                    }
                }
            }
            for (int i = 0; i < programs.size(); i++) {
                figures.get(programs.get(i).name()).addBytes("loaded_rss_mb", applications.get(i).residentBytes());
            }
        } finally {
            applications.forEach(RunningApplication::close);
        }
    }

    private RunningApplication start(Program program, RedisServer server) throws Exception {
        try {
            return RunningApplication.start(program, subject.configuration(server), subject.firstPath(),
                    folder.resolve(program.name() + ".log"), scale.patience());
        } catch (Failed e) {
            throw new Failed("the " + program.name() + " does not start: " + e.getMessage());
        }
    }
}
