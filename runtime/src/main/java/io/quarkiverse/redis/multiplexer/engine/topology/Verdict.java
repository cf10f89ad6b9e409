package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Optional;
import java.util.OptionalInt;

import io.quarkiverse.redis.multiplexer.engine.command.Redirect;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * What is to be done about the commands of a slot that a node of a cluster has not executed.
 *
 * @param slot that the node has named; where it has named none, the command's
 * @param target the node that it has named; only of {@link Kind#FOLLOW} and {@link Kind#ASK}
 * @param suspicion what it tells about the cluster
 * @param error what the node has said
 */
record Verdict(Kind kind, OptionalInt slot, Optional<SocketAddress> target, Optional<Suspicion> suspicion,
        Optional<ErrorType> error) {

    enum Kind {
        /** They are sent to the node that has the slot. */
        FOLLOW,
        /** They are sent to another node with ASKING; the slot is not that one's yet. */
        ASK,
        /** They are sent again after a while, to whoever is known to have the slot then. */
        LATER,
        /** The same, and the node is connected anew: its address seems to be that of another one by now. */
        REDIAL
    }

    /** What is known of the cluster has changed. */
    static Verdict ofMap() {
        return new Verdict(Kind.FOLLOW, OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * @param from the node that has answered with the error
     * @return empty if the error is one that its caller gets, or is not about the cluster
     */
    static Optional<Verdict> of(ErrorType error, SocketAddress from) {
        return switch (ServerError.of(error)) {
            case MOVED -> Optional.of(Redirect.of(error).map(redirect -> moved(redirect, from, error))
                    .orElseGet(() -> later(Optional.of(Suspicion.CLUSTERDOWN), error)));
            case ASK -> Optional.of(Redirect.of(error).map(redirect -> asked(redirect, from, error))
                    .orElseGet(() -> later(Optional.empty(), error)));
            case TRYAGAIN, UNBLOCKED_WITHOUT_KEY -> Optional.of(later(Optional.empty(), error));
            case CLUSTERDOWN -> Optional.of(later(Optional.of(Suspicion.CLUSTERDOWN), error));
            case READONLY -> Optional.of(later(Optional.of(Suspicion.READONLY), error));
            default -> Optional.empty();
        };
    }

    /**
     * The same of a server that has all slots, or of one of those that had them before. One that is a replica now may have had
     * a name that belongs to its successor.
     *
     * @param from the server that has answered with the error
     */
    static Optional<Verdict> ofPrimary(ErrorType error, SocketAddress from) {
        return switch (ServerError.of(error)) {
            case REDIRECT -> Optional.of(Redirect.of(error).map(redirect -> moved(redirect, from, error))
                    .orElseGet(() -> later(Optional.of(Suspicion.READONLY), error)));
            case READONLY -> Optional.of(new Verdict(Kind.REDIAL, OptionalInt.empty(), Optional.empty(),
                    Optional.of(Suspicion.READONLY), Optional.of(error)));
            default -> Optional.empty();
        };
    }

    private static Verdict moved(Redirect redirect, SocketAddress from, ErrorType error) {
        Optional<SocketAddress> target = ClusterAddresses.resolve(redirect, from);
        if (target.isEmpty()) {
            return new Verdict(Kind.LATER, redirect.slot(), target, Optional.of(Suspicion.CLUSTERDOWN), Optional.of(error));
        }
        if (target.get().equals(from)) {
            return new Verdict(Kind.REDIAL, redirect.slot(), Optional.empty(), Optional.of(Suspicion.CLUSTERDOWN),
                    Optional.of(error));
        }
        return new Verdict(Kind.FOLLOW, redirect.slot(), target, Optional.empty(), Optional.of(error));
    }

    private static Verdict asked(Redirect redirect, SocketAddress from, ErrorType error) {
        Optional<SocketAddress> target = ClusterAddresses.resolve(redirect, from).filter(there -> !there.equals(from));
        return new Verdict(target.isPresent() ? Kind.ASK : Kind.LATER, redirect.slot(), target, Optional.empty(),
                Optional.of(error));
    }

    private static Verdict later(Optional<Suspicion> suspicion, ErrorType error) {
        return new Verdict(Kind.LATER, OptionalInt.empty(), Optional.empty(), suspicion, Optional.of(error));
    }

    /** Whether it is not told who could execute the commands, and it is not sure that anybody can. */
    boolean isOutage() {
        return suspicion.isPresent();
    }

    /** Whether the slot is another node's, or is becoming that. */
    boolean tellsOfMove() {
        return kind == Kind.FOLLOW || kind == Kind.ASK;
    }

    /** Whether it tells nothing about other commands of the slot than the one that was refused. */
    boolean isAboutOne() {
        return kind == Kind.LATER && suspicion.isEmpty();
    }

    /** Whether sending the commands at once would most likely end in the same. */
    boolean needsTime() {
        return kind == Kind.LATER || kind == Kind.REDIAL;
    }
}
