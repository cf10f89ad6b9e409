package io.quarkiverse.redis.multiplexer.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.vertx.core.json.JsonObject;

/** A JVM like this one, but with as little direct memory as it is given. How much there is, is fixed when a JVM starts. */
final class OtherJvm {

    private static final String OPTION = "-XX:MaxDirectMemorySize=";

    private final String directMemory;

    OtherJvm(String directMemory) {
        this.directMemory = directMemory;
    }

    /** What {@link ChaosPhase} finds there. Its progress goes where that of this JVM does. */
    JsonObject chaos(ClientKind kind, Profile profile, long seed) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith(OPTION) && !argument.startsWith("-javaagent")).forEach(command::add);
        command.addAll(List.of(OPTION + directMemory, "-cp", System.getProperty("java.class.path"), OtherJvm.class.getName(),
                kind.name(), String.valueOf(seed)));
        profile.write().forEach(command::add);
        Process jvm = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
            String last = null;
            for (String line; (line = output.readLine()) != null;) {
                last = line;
            }
            if (jvm.waitFor() != 0 || last == null) {
                throw new IllegalStateException("The other JVM ended with " + jvm.exitValue() + ", and last said: " + last);
            }
            return new JsonObject(last);
        } finally {
            jvm.descendants().forEach(ProcessHandle::destroyForcibly);
            jvm.destroyForcibly();
        }
    }

    /** @param arguments the client, the seed, and what {@link Profile#write()} says */
    public static void main(String[] arguments) throws Exception {
        Main.endServersWithThisJvm();
        LeakCounter leaks = LeakCounter.install();
        Figures figures = new Figures(System.err);
        Profile profile = Profile.read(List.of(arguments).subList(2, arguments.length));
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
        new ChaosPhase(ClientKind.valueOf(arguments[0]), profile, leaks, figures).run(random);
        System.out.println(figures.all().encode());
        System.exit(0);
    }
}
