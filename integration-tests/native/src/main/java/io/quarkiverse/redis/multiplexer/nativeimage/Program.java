package io.quarkiverse.redis.multiplexer.nativeimage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How an application is started.
 *
 * @param name in figures
 * @param before words of the command line before its configuration
 * @param after words of the command line after it
 */
record Program(String name, List<String> before, List<String> after) {

    /**
     * Anything that can be executed and takes its configuration as a native executable of Quarkus does: {@code -Dkey=value}.
     */
    static Program executable(Path file) {
        return new Program("executable", List.of(file.toAbsolutePath().toString()), List.of());
    }

    /** On a JVM like this one. */
    static Program jvm(Path jar) {
        String java = ProcessHandle.current().info().command().orElse("java");
        return new Program("jvm", List.of(java), List.of("-jar", jar.toString()));
    }

    List<String> command(Map<String, String> configuration) {
        List<String> command = new ArrayList<>(before);
        configuration.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(after);
        return command;
    }
}
