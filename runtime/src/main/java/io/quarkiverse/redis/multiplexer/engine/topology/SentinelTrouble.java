package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** The reasons why sentinels do not lead to a server, in words that name the client, the sentinel, and what to change. */
final class SentinelTrouble {

    /** A sentinel does not know the name of the primary. */
    static final class UnknownName extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient List<String> names;

        /** @param names that it does know */
        UnknownName(NodeAddress sentinel, List<String> names) {
            super("the sentinel at " + sentinel + " does not know that name", null, false, false);
            this.names = names;
        }
    }

    private final SentinelSettings settings;

    SentinelTrouble(SentinelSettings settings) {
        this.settings = settings;
    }

    /** A server is not what a sentinel says that it is. */
    Throwable refuted(NodeAddress sentinel, SocketAddress server, NodeRole wanted, Throwable cause) {
        return lost("the sentinel at " + sentinel + " says that " + server + " is "
                + (wanted == NodeRole.PRIMARY ? "the primary" : "a replica") + ", but "
                + Failures.describe(cause), cause);
    }

    /** A sentinel has not heard of the latest failover. */
    Throwable isBehind(NodeAddress sentinel, SocketAddress server) {
        return lost("the sentinel at " + sentinel + " says that " + server
                + " is the primary, and has not heard of the latest failover yet", null);
    }

    /** A server says that it is something else. */
    Throwable isNot(SocketAddress server, String role) {
        return lost(server + " says that it is a " + Printable.text(role), null);
    }

    Throwable noReplica(NodeAddress sentinel) {
        return lost("the sentinel at " + sentinel + " knows no replica of '" + settings.primaryName()
                + "' that is up (quarkus.redis.role=replica)", null);
    }

    /** A sentinel does not let us listen to what it publishes. @param millis how often it is asked instead */
    String tellsNothing(NodeAddress sentinel, Throwable refusal, long millis) {
        return settings.subject() + ": the sentinel at " + sentinel
                + " refuses to tell when another server becomes the primary ("
                + Failures.describe(refusal) + "), for which its user needs +subscribe and &*. It is asked every " + millis
                + " ms instead (quarkus.redis-multiplexer.liveness-timeout)";
    }

    /**
     * None of the sentinels has led to a server. That none of them knows the name is a matter of configuration, against which
     * waiting does not help.
     *
     * @param causes by the sentinels
     */
    Throwable nobody(Map<NodeAddress, Throwable> causes) {
        List<UnknownName> unknown = causes.values().stream().filter(UnknownName.class::isInstance)
                .map(UnknownName.class::cast).toList();
        if (!causes.isEmpty() && unknown.size() == causes.size()) {
            Collection<String> names = unknown.stream().flatMap(it -> it.names.stream())
                    .collect(Collectors.toCollection(TreeSet::new));
            return ErrorType.create("ERR " + settings.subject() + ": no sentinel knows a primary named '"
                    + settings.primaryName() + "' (quarkus.redis.master-name); they know "
                    + (names.isEmpty() ? "none" : String.join(", ", names)));
        }
        return lost(settings.subject() + " finds no server by its sentinels: "
                + causes.entrySet().stream().map(SentinelTrouble::describe).distinct().collect(Collectors.joining("; ")),
                causes.values().stream().findFirst().orElse(null));
    }

    private static String describe(Map.Entry<NodeAddress, Throwable> entry) {
        String text = Failures.describe(entry.getValue());
        return text.contains("sentinel at") ? text : "the sentinel at " + entry.getKey() + ": " + text;
    }

    private static Throwable lost(String message, Throwable cause) {
        return new ConnectionLostException(message, false, cause == null ? null : Printable.failure(cause));
    }
}
