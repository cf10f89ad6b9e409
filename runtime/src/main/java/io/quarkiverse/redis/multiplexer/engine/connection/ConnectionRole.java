package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.List;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * The role of a connection, as far as the server has to know: it is told when it has let us in, before anything else is sent.
 *
 * @param statements in the order in which they are made
 */
public record ConnectionRole(List<Statement> statements) {

    /** The consequence for the connection if the server refuses a statement. */
    enum Refusal {
        /** It is of no use, and the handshake fails. */
        FAILS,
        /** It is as good as one to a server that has never heard of such a thing. */
        IS_IGNORED
    }

    /** One request, and the consequence if the server refuses it. */
    record Statement(Refusal refusal, List<String> words) {

        static Statement of(Refusal refusal, String... words) {
            return new Statement(refusal, List.of(words));
        }

        Request request() {
            Request request = Request.cmd(Command.create(words.get(0)));
            words.subList(1, words.size()).forEach(request::arg);
            return request;
        }
    }

    /** Nothing is said: for commands of all kinds, to a primary or a server that stands alone. */
    public static final ConnectionRole PLAIN = new ConnectionRole(List.of());

    /** For reads from a <a href="https://redis.io/docs/latest/commands/readonly/">replica in a cluster</a>. */
    public static final ConnectionRole READ_ONLY = new ConnectionRole(List.of(Statement.of(Refusal.FAILS, "READONLY")));

    /**
     * The server tells which keys that were read here have <a href="https://redis.io/docs/latest/commands/client-tracking/">
     * changed</a>.
     */
    static final ConnectionRole TRACKED = new ConnectionRole(
            List.of(Statement.of(Refusal.FAILS, "CLIENT", "TRACKING", "ON")));

    /** A replica may answer with <a href="https://valkey.io/commands/client-capa/">REDIRECT</a>, and not only with READONLY. */
    public static final ConnectionRole REDIRECTABLE = new ConnectionRole(
            List.of(Statement.of(Refusal.IS_IGNORED, "CLIENT", "CAPA", "redirect")));
}
