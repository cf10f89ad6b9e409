package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;

import io.quarkiverse.redis.multiplexer.test.Progress;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command. A person reads its progress on the error stream; the last line of the output is the {@link Summary} as JSON.
 * {@code -Dlifecycle.project} is where the project is.
 */
@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true, //
        description = "Takes the showcase through live reloads, test profiles and continuous testing, under traffic.")
public final class LifecycleRun implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    @Option(names = "--reloads", defaultValue = "50", description = "live reloads in dev mode")
    private int reloads;

    @Option(names = "--switches", defaultValue = "30", description = "switches between test profiles, in one JVM")
    private int switches;

    @Option(names = "--rounds", defaultValue = "10", description = "runs of continuous testing beside dev mode")
    private int rounds;

    @Option(names = "--client", defaultValue = "multiplexer", description = "${COMPLETION-CANDIDATES}")
    private Client client;

    @Option(names = "--topology", defaultValue = "standalone", description = "${COMPLETION-CANDIDATES}")
    private ServerTopology topology;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LifecycleRun()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path project = Path.of(System.getProperty("lifecycle.project"));
        Lifecycle lifecycle = new Lifecycle(project, client, topology, new Progress(new PrintWriter(System.err)));
        System.out.println(JSON.writeValueAsString(lifecycle.run(reloads, switches, rounds, true)));
        return 0;
    }
}
