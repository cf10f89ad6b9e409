package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code integration-tests/faults/acceptance}. */
@Command(name = "acceptance", mixinStandardHelpOptions = true, description = {
        "Holds clients of a cluster, of sentinels, or of a primary with replicas, to what they should do, on real servers.",
        "Progress goes to the standard error; a table in Markdown, with each figure and its limit, to the standard output. The"
                + " exit code is 1 if our own client breaks a limit." })
public final class Acceptance implements Callable<Integer> {

    /** Those that can be compared, as they are called on the command line. */
    enum Name {
        ours(ClientKind.multiplexer),
        lettuce(ClientKind.lettuce),
        stock(ClientKind.stock);

        private final ClientKind kind;

        Name(ClientKind kind) {
            this.kind = kind;
        }
    }

    @Option(names = "--test", split = ",", paramLabel = "TEST", description = "Which ones: A5, or A5-ask; all by default.")
    private List<String> tests = List.of();

    @Option(names = "--contestant", split = ",", paramLabel = "CLIENT", defaultValue = "ours", description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
    private List<Name> contestants;

    @Option(names = "--server", paramLabel = "SERVER", description = "redis-6.2, redis-7.0, redis-8.0, valkey-8.0 or valkey-9.1; redis-7.0 by"
            + " default, or what there is.")
    private String server;

    @Option(names = "--repeat", defaultValue = "1", description = "How often each of them; ${DEFAULT-VALUE} by default.")
    private int repeat;

    @Option(names = "--seed", description = "Of random keys and callers; any by default.")
    private Long seed;

    @Option(names = "--slice", description = "As short as in the ordinary tests.")
    private boolean slice;

    @Option(names = "--list", description = "Only tells which tests there are.")
    private boolean list;

    public static void main(String... arguments) {
        System.exit(new CommandLine(new Acceptance()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<AcceptanceTest> chosen = chosen();
        if (list) {
            chosen.forEach(test -> System.out.println(test.name() + ": " + test.idea()));
            return 0;
        }
        Runtime.getRuntime().addShutdownHook(
                new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
        RedisBinary binary = binary();
        long first = seed != null ? seed : ThreadLocalRandom.current().nextInt(1_000_000);
        List<Attempt> attempts = new ArrayList<>();
        for (AcceptanceTest test : chosen) {
            for (Name name : contestants) {
                for (int i = 0; i < repeat; i++) {
                    System.err.printf("%s, %s, %s, seed %d: %s%n", test.name(), name, binary, first + i, test.idea());
                    Attempt attempt = AttemptProcess.run(test, name.kind, binary, slice, first + i);
                    System.err.println(attempt.line());
                    attempts.add(attempt);
                }
            }
        }
        new Report(attempts, binary).print(System.out);
        return attempts.stream().allMatch(attempt -> attempt.client() != ClientKind.multiplexer || attempt.isKept()) ? 0 : 1;
    }

    private List<AcceptanceTest> chosen() {
        List<AcceptanceTest> chosen = new ArrayList<>();
        for (String name : tests) {
            List<AcceptanceTest> named = Catalogue.named(name);
            if (named.isEmpty()) {
                throw new IllegalArgumentException("There is no test " + name + "; --list tells which there are");
            }
            chosen.addAll(named);
        }
        return tests.isEmpty() ? Catalogue.ALL : chosen;
    }

    private RedisBinary binary() {
        if (server != null) {
            return RedisBinary.named(server);
        }
        return RedisBinary.REDIS_7_0.find().isPresent() ? RedisBinary.REDIS_7_0 : RedisBinary.any();
    }
}
