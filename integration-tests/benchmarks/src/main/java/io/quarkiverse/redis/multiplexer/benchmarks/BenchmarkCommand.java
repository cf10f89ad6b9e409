package io.quarkiverse.redis.multiplexer.benchmarks;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the script {@code run} runs. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Measures Redis clients side by side.")
public final class BenchmarkCommand implements Callable<Integer> {

    @Option(names = "--quick", description = "Two minutes instead of fifteen; with one server only.")
    private boolean quick;

    @Option(names = "--topology", defaultValue = "STANDALONE", description = "What servers there are: ${COMPLETION-CANDIDATES};"
            + " ${DEFAULT-VALUE} by default.")
    private Ground.Topology topology;

    @Option(names = "--contestant", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private List<ContestantType> contestants = List.of(ContestantType.values());

    @Option(names = "--workload", description = "Only workloads whose name matches this regular expression; or one of pubsub,"
            + " stream, queue, few, warm-start, memory, native, tracing, unix: what there is of it.")
    private String workload = ".*";

    @Option(names = "--callers", description = "Only callers that match this regular expression, such as 'loops:.*'.")
    private String callers = ".*";

    @Option(names = "--rounds", description = "How often each contestant has its turn.")
    private Integer rounds;

    @Option(names = "--baseline", description = "The runtime jar of another build, measured beside this one wherever that is.")
    private Optional<Path> baseline = Optional.empty();

    @Option(names = "--target", required = true, description = "The folder for the results; libraries are there, too.")
    private Path target;

    @Option(names = "--application", split = ",", description = "The web application: with the stock client, and with ours.")
    private List<Path> applications = List.of();

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchmarkCommand()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Plan plan = narrowed(plan());
        PrintWriter out = spec.commandLine().getOut();
        Arrays.stream(ContestantType.values())
                .filter(type -> plan.cells().stream().anyMatch(cell -> cell.contestants().contains(type)))
                .forEach(type -> out.println(type.label() + ": " + type.settings()));
        out.println("Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        out.println(IdleClients.measure());
        boolean web = "rest-cache-aside".matches(workload) && "http:512".matches(callers);
        List<Result> results = new Benchmark(plan, target, baseline, line -> {
            out.println(line);
            out.flush();
        }).run(web ? applications : List.of());
        new Report(target).write(results);
        new Charts(target.resolve("charts"), results).draw();
        out.println("Results are in " + target.resolve("results.json") + ", results.md and charts/");
        return results.stream().allMatch(result -> result.errors() == 0
                || result.contestant().equals(ContestantType.STOCK_DEFAULTS.label())) ? 0 : 1;
    }

    private Plan plan() {
        if (family().isPresent()) {
            return family().get().plan();
        }
        return switch (topology) {
            case STANDALONE -> quick ? Plan.quick() : Plan.full();
            case CLUSTER -> Plan.cluster();
            case SENTINEL -> Plan.sentinel();
            case REPLICATION -> Plan.replication();
        };
    }

    /** Families have one server. */
    private Optional<Family> family() {
        return topology == Ground.Topology.STANDALONE ? Family.of(workload) : Optional.empty();
    }

    private Plan narrowed(Plan plan) {
        List<Cell> cells = new ArrayList<>();
        for (Cell cell : plan.cells()) {
            List<ContestantType> chosen = new ArrayList<>(cell.contestants());
            chosen.retainAll(contestants);
            if (baseline.isPresent() && chosen.contains(ContestantType.OURS)) {
                chosen.add(ContestantType.BASELINE);
            }
            if (baseline.isPresent() && chosen.contains(ContestantType.CLUSTER)) {
                chosen.add(ContestantType.CLUSTER_BASELINE);
            }
            boolean named = family().isPresent() || cell.workloadLabel().matches(workload);
            if (!chosen.isEmpty() && named && cell.callers().toString().matches(callers)) {
                cells.add(new Cell(cell.workload(), cell.callers(), cell.link(), chosen, cell.limited()));
            }
        }
        return new Plan(plan.topology(), cells, rounds == null ? plan.rounds() : rounds, plan.warmUp(), plan.measured(),
                plan.budget(),
                plan.httpSeconds());
    }
}
