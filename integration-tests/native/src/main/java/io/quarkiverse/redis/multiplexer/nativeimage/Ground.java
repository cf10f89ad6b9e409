package io.quarkiverse.redis.multiplexer.nativeimage;

import java.nio.file.Path;
import java.util.Map;

import io.quarkiverse.redis.multiplexer.test.RedisServer;

/**
 * What checks have to do with.
 *
 * @param program that is checked
 * @param application the program, running, with {@code server}
 * @param log where a further process may log to
 */
record Ground(Program program, RunningApplication application, RedisServer server, Scale scale, Path log) {

    /** Starts the program once more, with another configuration. */
    RunningApplication startAnother(Map<String, String> configuration, String path) throws Exception {
        return RunningApplication.start(program, configuration, path, log, scale.patience());
    }
}
