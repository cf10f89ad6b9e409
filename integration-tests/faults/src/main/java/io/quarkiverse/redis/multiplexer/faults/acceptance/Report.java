package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.quarkiverse.redis.multiplexer.faults.ClientKind;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;

/**
 * A table in Markdown: a row for each figure, with a column for each client. A figure in bold is beyond its limit; several
 * attempts are parted by slashes.
 */
final class Report {

    private final List<Attempt> attempts;
    private final RedisBinary server;

    Report(List<Attempt> attempts, RedisBinary server) {
        this.attempts = attempts;
        this.server = server;
    }

    void print(PrintStream out) {
        Set<ClientKind> clients = new LinkedHashSet<>();
        Set<String> tests = new LinkedHashSet<>();
        attempts.forEach(attempt -> {
            clients.add(attempt.client());
            tests.add(attempt.test());
        });
        out.printf("Server: %s. Bold: beyond the limit.%n%n", server);
        out.print("| test | figure | limit |");
        clients.forEach(client -> out.printf(" %s |", client));
        out.printf("%n|---|---|---|%s%n", "---|".repeat(clients.size()));
        tests.forEach(test -> print(out, test, clients));
    }

    private void print(PrintStream out, String test, Set<ClientKind> clients) {
        Map<String, Map<ClientKind, List<String>>> rows = new LinkedHashMap<>();
        Map<String, String> limits = new LinkedHashMap<>();
        for (Attempt attempt : attempts) {
            if (attempt.test().equals(test)) {
                if (!attempt.obstacle().isEmpty()) {
                    cell(rows, "", attempt.client()).add(attempt.obstacle());
                }
                for (Finding finding : attempt.findings()) {
                    cell(rows, finding.name(), attempt.client())
                            .add(finding.kept() ? finding.value() : "**" + finding.value() + "**");
                    limits.merge(finding.name(), finding.limit(), (one, other) -> one.equals(other) ? one : one + ", " + other);
                }
            }
        }
        rows.forEach((name, cells) -> {
            out.printf("| %s | %s | %s |", test, escaped(name), escaped(limits.getOrDefault(name, "")));
            clients.forEach(client -> out.printf(" %s |", escaped(String.join(" / ", cells.getOrDefault(client, List.of())))));
            out.println();
        });
    }

    private static List<String> cell(Map<String, Map<ClientKind, List<String>>> rows, String name, ClientKind client) {
        return rows.computeIfAbsent(name, row -> new LinkedHashMap<>()).computeIfAbsent(client, none -> new ArrayList<>());
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|");
    }
}
