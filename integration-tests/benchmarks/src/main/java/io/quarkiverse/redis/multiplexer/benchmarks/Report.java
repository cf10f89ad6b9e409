package io.quarkiverse.redis.multiplexer.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Writes results as JSON and as tables: Markdown to read at once, AsciiDoc for the documentation. */
final class Report {

    private static final List<String> HEADINGS = List.of("workload", "callers", "contestant", "ops/s", "x stock", "x Lettuce",
            "x standalone", "p50 µs", "p99 µs", "p99.9 µs", "B/op", "client CPU µs/op", "server CPU µs/op", "heap MB",
            "RSS MB", "connections", "errors");

    private final Path folder;

    Report(Path folder) {
        this.folder = folder;
    }

    void write(List<Result> results) throws IOException {
        Files.createDirectories(folder);
        JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                .writeValue(folder.resolve("results.json").toFile(), results);
        List<List<String>> rows = new ArrayList<>();
        results.forEach(result -> rows.add(cells(result)));
        Files.writeString(folder.resolve("results.md"), markdown(rows));
        Files.writeString(folder.resolve("results.adoc"), asciidoc(rows));
    }

    private static List<String> cells(Result result) {
        return List.of(result.workload(), result.callers(), result.contestant(), number(result.opsPerS(), 0),
                spread(result.ratioToStock(), result.ratioToStockMin(), result.ratioToStockMax()),
                spread(result.ratioToLettuce(), result.ratioToLettuceMin(), result.ratioToLettuceMax()),
                spread(result.ratioToStandalone(), result.ratioToStandaloneMin(), result.ratioToStandaloneMax()),
                number(result.p50Us(), 0), number(result.p99Us(), 0), number(result.p999Us(), 0),
                number(result.bytesPerOp(), 0), number(result.clientCpuUsPerOp(), 1), number(result.serverCpuUsPerOp(), 1),
                number(result.heapMb(), 0), number(result.residentMb(), 0),
                String.valueOf(result.connections()), String.valueOf(result.errors()));
    }

    private static String markdown(List<List<String>> rows) {
        StringBuilder table = new StringBuilder();
        table.append("| ").append(String.join(" | ", HEADINGS)).append(" |\n");
        table.append("|---".repeat(HEADINGS.size())).append("|\n");
        rows.forEach(row -> table.append("| ").append(String.join(" | ", row)).append(" |\n"));
        return table.toString();
    }

    private static String asciidoc(List<List<String>> rows) {
        StringBuilder table = new StringBuilder("[%header,cols=\"2,2,3,14*>1\"]\n|===\n");
        table.append("| ").append(String.join(" | ", HEADINGS)).append("\n\n");
        rows.forEach(row -> table.append("| ").append(String.join(" | ", row)).append('\n'));
        return table.append("|===\n").toString();
    }

    private static String spread(Double median, Double smallest, Double largest) {
        if (median == null) {
            return "";
        }
        return number(median, 2) + " (" + number(smallest, 2) + "–" + number(largest, 2) + ")";
    }

    private static String number(Double value, int decimals) {
        return value == null ? "" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
