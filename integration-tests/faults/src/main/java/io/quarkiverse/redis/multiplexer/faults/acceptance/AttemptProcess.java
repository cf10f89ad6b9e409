package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.vertx.core.json.JsonObject;

/** A JVM of its own for each attempt, so that none finds what another one has left, and Lettuce has the Netty that it needs. */
final class AttemptProcess {

    /** The class path that comes first for Lettuce. */
    private static final String LETTUCE = "acceptance.lettuce";

    private AttemptProcess() {
    }

    /** Its progress goes where that of this JVM does. */
    static Attempt run(AcceptanceTest test, ClientKind client, RedisBinary server, boolean slice, long seed)
            throws IOException, InterruptedException {
        String classes = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(argument -> !argument.startsWith("-javaagent"))
                .forEach(command::add);
        command.addAll(List.of("-cp",
                client == ClientKind.lettuce ? System.getProperty(LETTUCE) + System.getProperty("path.separator") + classes
                        : classes,
                AttemptProcess.class.getName(), test.name(), client.name(), server.name(), String.valueOf(slice),
                String.valueOf(seed)));
        Process jvm = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
            String last = "nothing";
            for (String line; (line = output.readLine()) != null;) {
                last = line;
            }
            if (jvm.waitFor() != 0) {
                Finding end = new Finding("ended with", jvm.exitValue() + ", last said: " + last, "0", false);
                return new Attempt(test.name(), client, "", List.of(end));
            }
            return Attempt.of(new JsonObject(last));
        } finally {
            jvm.descendants().forEach(ProcessHandle::destroyForcibly);
            jvm.destroyForcibly();
        }
    }

    /** @param arguments the test, the client, the server, whether it is a slice only, and the seed */
    public static void main(String... arguments) {
        Runtime.getRuntime().addShutdownHook(
                new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
        Attempt attempt;
        try (Ground ground = new Ground(ClientKind.valueOf(arguments[1]), RedisBinary.valueOf(arguments[2]),
                Boolean.parseBoolean(arguments[3]), Long.parseLong(arguments[4]))) {
            attempt = Attempt.run(Catalogue.of(arguments[0]), ground, new Findings(System.err));
        }
        System.out.println(attempt.toJson().encode());
        System.exit(0);
    }
}
