package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** The reasons why there is no primary among servers that replicate, in words that name the client, and what was said. */
final class ReplicationTrouble {

    private final String client;

    ReplicationTrouble(String client) {
        this.client = client;
    }

    /**
     * None of the servers is a primary. What a server said when it did not let us in comes first, if nobody has answered:
     * waiting
     * does not help against it.
     */
    Throwable nobody(Map<SocketAddress, RoleReply> answers, Map<SocketAddress, Throwable> failures) {
        Optional<Throwable> said = failures.values().stream().filter(ErrorType.class::isInstance).findFirst();
        if (answers.isEmpty() && said.isPresent()) {
            return said.get();
        }
        String told = answers.entrySet().stream().map(ReplicationTrouble::describe).collect(Collectors.joining("; "));
        String failed = failures.entrySet().stream().map(entry -> entry.getKey() + ": " + Failures.describe(entry.getValue()))
                .collect(Collectors.joining("; "));
        Throwable cause = failures.values().stream().findFirst().orElse(null);
        return new ConnectionLostException("Redis client '" + client + "' finds no primary (quarkus.redis.hosts): " + told
                + (told.isEmpty() || failed.isEmpty() ? "" : "; ") + failed, false,
                cause == null ? null : Printable.failure(cause));
    }

    private static String describe(Map.Entry<SocketAddress, RoleReply> entry) {
        return entry.getKey() + " says that it is a " + entry.getValue().words()
                + entry.getValue().primary().map(primary -> " of " + Printable.text(primary.toString())).orElse("");
    }

    /** The first of the hosts is to be the primary, and says that it is something else. */
    String firstIsNoPrimary(SocketAddress first, RoleReply told) {
        return "Redis client '" + client + "': " + first + " is the first of quarkus.redis.hosts, and so the primary"
                + " (quarkus.redis.topology=static), but says that it is a " + told.words()
                + told.primary().map(primary -> " of " + Printable.text(primary.toString())).orElse("");
    }
}
