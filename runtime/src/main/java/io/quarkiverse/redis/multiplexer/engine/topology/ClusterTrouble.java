package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.redis.client.impl.types.ErrorType;

/** The reasons why a cluster cannot tell of itself, in words that name the client, the node, and what to change. */
final class ClusterTrouble {

    private static final String NO_CLUSTER = "cluster support disabled";

    private final ClientSettings settings;

    ClusterTrouble(ClientSettings settings) {
        this.settings = settings;
    }

    /** Whether asking in another form may help. */
    static boolean isAboutTheForm(ErrorType error) {
        ServerError meaning = ServerError.of(error);
        return (meaning == ServerError.NOPERM || meaning == ServerError.ERR) && !isNoCluster(error);
    }

    private static boolean isNoCluster(ErrorType error) {
        return String.valueOf(error.getMessage()).contains(NO_CLUSTER);
    }

    /** A node has refused the question in every form. Begins with what the server said; it is final if that is. */
    Throwable refused(NodeAddress node, ErrorType error) {
        String said = Printable.text(String.valueOf(error.getMessage()));
        if (isNoCluster(error)) {
            return ErrorType.create(said + ": " + subject(node) + " is configured for a cluster"
                    + " (quarkus.redis.client-type=cluster), and that server is none: use standalone, or start it with"
                    + " cluster-enabled yes");
        }
        if (ServerError.of(error) == ServerError.NOPERM) {
            String user = node.user() == null ? "default" : Printable.text(node.user());
            return ErrorType.create("NOPERM " + subject(node) + " may not ask for the slots of its cluster. Allow its user to:"
                    + " ACL SETUSER " + user + " +cluster|slots (the server said: " + said + ")");
        }
        String told = said + " (" + subject(node) + ", asked for the slots of its cluster)";
        return ServerError.of(error).remedy().waitingHelps() ? lost(told, null) : ErrorType.create(told);
    }

    Throwable notAnswered(NodeAddress node, long millis) {
        return lost(subject(node) + " did not tell the slots of its cluster within " + millis
                + " ms (quarkus.redis-multiplexer.connect-timeout)", null);
    }

    Throwable notUnderstood(NodeAddress node, Throwable cause) {
        return lost(subject(node) + ": " + Failures.describe(cause), cause);
    }

    /** A node that has been reset, or has met no other one, knows of no slot. */
    Throwable knowsNothing(NodeAddress node) {
        return lost(subject(node) + " knows of no slot that anybody has: it belongs to no cluster (CLUSTER MEET), or"
                + " slots have not been assigned yet (CLUSTER ADDSLOTS)", null);
    }

    /**
     * Nobody has answered, or nobody is known to have a slot. What a server said comes first, if waiting does not help against
     * it.
     */
    Throwable nobody(Collection<Throwable> causes) {
        if (causes.isEmpty()) {
            return lost("Redis client '" + settings.name() + "': most nodes of its cluster know nobody who has a slot, for each"
                    + " of the slots: they have not met yet (CLUSTER MEET)", null);
        }
        Optional<Throwable> said = causes.stream().filter(ErrorType.class::isInstance).findFirst();
        return said.orElseGet(() -> lost("Redis client '" + settings.name() + "' cannot ask its cluster for its slots: "
                + causes.stream().map(Failures::describe).distinct().collect(Collectors.joining("; ")),
                causes.stream().findFirst().orElse(null)));
    }

    /** How long anybody waits for an answer. */
    long commandMillis() {
        return settings.multiplexer().getCommandTimeout().toMillis();
    }

    /** Somebody has waited for that long, and nobody has been found. @param latest why not, if that has been told */
    Throwable notKnown(Optional<Throwable> latest) {
        String hosts = settings.addresses().stream().map(NodeAddress::toString).collect(Collectors.joining(", "));
        String reason = latest.map(cause -> ": " + Failures.describe(cause)).orElse("");
        return lost("Redis client '" + settings.name() + "' has found no server by way of " + hosts + " within "
                + commandMillis() + " ms (quarkus.redis-multiplexer.command-timeout)" + reason, latest.orElse(null));
    }

    /** Of a search for the primary that has ended with it: itself, if it is a server's word or that of who has searched. */
    Throwable meaning(Throwable cause) {
        return cause instanceof Error || cause instanceof RuntimeException
                ? lost("Redis client '" + settings.name() + "' cannot search for the primary: " + Failures.describe(cause),
                        cause)
                : cause;
    }

    Throwable stopped() {
        return lost("Redis client '" + settings.name() + "' is stopped: the application is stopped, or the client was closed",
                null);
    }

    private static Throwable lost(String message, Throwable cause) {
        return new ConnectionLostException(message, false, cause == null ? null : Printable.failure(cause));
    }

    private String subject(NodeAddress node) {
        return new Failures(settings.name(), node, settings.multiplexer()).subject();
    }
}
