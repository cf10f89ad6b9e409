package io.quarkiverse.redis.multiplexer.engine;

import java.net.ConnectException;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.RedisCredentialsProvider;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;

/**
 * What is said first on a new connection: <a href="https://redis.io/docs/latest/commands/hello/">HELLO</a> with user,
 * password and name of the client; AUTH and CLIENT SETNAME for servers that know no HELLO (before Redis 6, or only
 * pretending to be Redis); then SELECT, and PING.
 * <p>
 * PING tells whether the server is fit for commands: one that is just loading its data lets us in, and refuses all else. To
 * be refused with LOADING or MASTERDOWN is a matter of waiting, like not being able to connect at all.
 */
final class Handshake {

    private final NodeAddress address;
    private final RedisCredentialsProvider credentials;
    private final boolean negotiate;
    private final String preferredVersion;

    /** @param provider {@code null} to log in with what the address says */
    Handshake(NodeAddress address, RedisOptions options, RedisCredentialsProvider provider) {
        this.address = address;
        RedisCredentials constant = new RedisCredentials(address.user(), address.password(), null);
        this.credentials = provider != null ? provider : () -> Future.succeededFuture(constant);
        this.negotiate = options.isProtocolNegotiation();
        ProtocolVersion preferred = options.getPreferredProtocolVersion();
        this.preferredVersion = (preferred == null ? ProtocolVersion.RESP3 : preferred).getValue();
    }

    /** @return completes when the connection is fit for commands; fails with the server's error */
    Future<Void> perform(NodeConnection connection) {
        Future<Void> greeted = login(connection).compose(login -> {
            connection.loggedIn(login.expiresAt());
            return negotiate ? hello(connection, login) : greetWithoutHello(connection, login);
        });
        return greeted.compose(done -> select(connection)).compose(done -> ping(connection)).recover(failure -> {
            if (failure instanceof ErrorType error && isTemporary(error)) {
                return Future.failedFuture(new ConnectException(error.getMessage()));
            }
            return Future.failedFuture(failure);
        });
    }

    /** Providers throw, and answer from threads of their own: what follows is on the event loop of the connection. */
    private Future<RedisCredentials> login(NodeConnection connection) {
        Promise<RedisCredentials> promise = VertxAccess.promise(connection.context());
        Future.succeededFuture().compose(start -> credentials.get()).onComplete(promise);
        return promise.future();
    }

    /** A server may forbid PING to this user, which does not mean that it is not fit for other commands. */
    private static Future<Void> ping(NodeConnection connection) {
        return connection.send(Request.cmd(Command.PING)).<Void> mapEmpty().recover(failure -> {
            if (failure instanceof ErrorType error && error.is("NOPERM")) {
                return Future.succeededFuture();
            }
            return Future.failedFuture(failure);
        });
    }

    private static boolean isTemporary(ErrorType error) {
        ServerTrouble trouble = ServerTrouble.of(error);
        return trouble == ServerTrouble.UNFIT || trouble == ServerTrouble.BUSY;
    }

    private Future<Void> hello(NodeConnection connection, RedisCredentials login) {
        Request hello = Request.cmd(Command.HELLO).arg(preferredVersion);
        if (login.password() != null) {
            hello.arg("AUTH").arg(login.user() == null ? "default" : login.user()).arg(login.password());
        }
        if (address.clientName() != null) {
            hello.arg("SETNAME").arg(address.clientName());
        }
        return connection.send(hello).<Void> map(reply -> {
            if (reply instanceof MultiType properties) {
                // A server that was asked for RESP3 answers with a map, which RESP2 does not have.
                connection.greeted(properties.isMap(), text(properties, "id"));
            }
            return null;
        }).recover(failure -> {
            if (failure instanceof ErrorType error) {
                // Pika takes no password in HELLO, and says so with the errors of a missing or wrong one.
                if (login.password() != null && (error.is("NOAUTH") || error.is("WRONGPASS"))) {
                    return authenticate(connection, login).compose(done -> setName(connection));
                }
                if (isUnknownCommand(error) || error.is("NOPROTO")) {
                    return greetWithoutHello(connection, login);
                }
            }
            return Future.failedFuture(failure);
        });
    }

    private Future<Void> greetWithoutHello(NodeConnection connection, RedisCredentials login) {
        return connection.send(Request.cmd(Command.PING)).<Void> mapEmpty().recover(failure -> {
            if (login.password() != null && failure instanceof ErrorType error && error.is("NOAUTH")) {
                return authenticate(connection, login);
            }
            return Future.failedFuture(failure);
        }).compose(done -> setName(connection));
    }

    /**
     * Logs in anew on a connection in use, between the commands that are in flight on it. One that cannot be answered in order
     * - RESP2, with subscriptions - must not be used for it.
     */
    Future<Void> renewLogin(NodeConnection connection) {
        return login(connection).compose(login -> authenticate(connection, login)
                .onSuccess(done -> connection.loggedIn(login.expiresAt())));
    }

    private static Future<Void> authenticate(NodeConnection connection, RedisCredentials login) {
        Request auth = Request.cmd(Command.AUTH);
        if (login.user() != null) {
            auth.arg(login.user());
        }
        return connection.send(auth.arg(login.password())).mapEmpty();
    }

    /** The name is only for people who look at CLIENT LIST: a server that refuses it is good enough. */
    private Future<Void> setName(NodeConnection connection) {
        if (address.clientName() == null) {
            return Future.succeededFuture();
        }
        return connection.send(Request.cmd(Command.CLIENT).arg("SETNAME").arg(address.clientName())).<Void> mapEmpty()
                .recover(failure -> failure instanceof ErrorType ? Future.succeededFuture() : Future.failedFuture(failure));
    }

    private Future<Void> select(NodeConnection connection) {
        if (address.database() == null) {
            return Future.succeededFuture();
        }
        return connection.send(Request.cmd(Command.SELECT).arg(address.database())).mapEmpty();
    }

    private static String text(MultiType properties, String key) {
        Response value = properties.size() % 2 == 0 || properties.isMap() ? properties.get(key) : null;
        return value == null ? null : value.toString();
    }

    private static boolean isUnknownCommand(ErrorType error) {
        String message = error.getMessage();
        return message.startsWith("ERR unknown command") || message.startsWith("ERR unknown or unsupported command");
    }
}
