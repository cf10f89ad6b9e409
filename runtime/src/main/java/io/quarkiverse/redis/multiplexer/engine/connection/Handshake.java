package io.quarkiverse.redis.multiplexer.engine.connection;

import java.net.ConnectException;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.RedisCredentialsProvider;
import io.quarkiverse.redis.multiplexer.engine.command.Answering;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
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
 * password and name of the client; PING, AUTH and CLIENT SETNAME where HELLO is refused, in whatever words (servers before
 * Redis 6, proxies, users who may not use it); then the {@link Preparation}. Without a password that follows HELLO at
 * once, so that all of it takes one round trip. With one it waits for the answer: a refused login may be left unanswered while
 * there
 * is more on its way, see {@link Answering}.
 * <p>
 * To be refused with LOADING or MASTERDOWN, or because there are too many clients, is a matter of waiting, like not being able
 * to connect at all.
 */
final class Handshake {

    /** Told of what the server answers to HELLO, on the event loop of the connection. */
    interface Observer {

        /** An error; it is gone on without HELLO. */
        void onRefusedHello();

        void onIdentity(ServerIdentity identity);

        /** Something that no server says of itself: what comes behind HELLO has been answered, and HELLO itself has not. */
        void onStrangeAnswer();

        /** @see ConnectionOwner#takesUnselected() */
        default boolean takesUnselected() {
            return false;
        }
    }

    private static final String DEFAULT_USER = "default";

    private final NodeAddress address;
    private final RedisCredentialsProvider credentials;
    private final String preferredVersion;

    /** @param provider {@code null} to log in with what the address says */
    Handshake(NodeAddress address, RedisOptions options, RedisCredentialsProvider provider) {
        this.address = address;
        RedisCredentials constant = new RedisCredentials(address.user(), address.password(), null);
        this.credentials = provider != null ? provider : () -> Future.succeededFuture(constant);
        ProtocolVersion preferred = options.getPreferredProtocolVersion();
        this.preferredVersion = (preferred == null ? ProtocolVersion.RESP3 : preferred).getValue();
    }

    /**
     * @return completes when the connection is fit for commands; fails with the server's error
     */
    Future<Void> perform(NodeConnection connection, ConnectionRole role, Greeting greeting,
            Future<RedisCredentials> credentials, Observer observer) {
        return credentials.compose(login -> {
            connection.loggedIn(Optional.ofNullable(login.expiresAt()));
            Future<Void> greeted = greet(connection, greeting, login, observer);
            if (greeting == Greeting.HELLO && login.password() == null) {
                // Sent together. Should HELLO be refused, nobody else is logged in by what is said instead of it.
                Preparation preparation = prepare(connection, role);
                return greeted.compose(done -> preparation.outcome(observer));
            }
            return greeted.compose(done -> prepare(connection, role).outcome(observer));
        });
    }

    private Preparation prepare(NodeConnection connection, ConnectionRole role) {
        return new Preparation(connection, Optional.ofNullable(address.database()), role);
    }

    private Future<Void> greet(NodeConnection connection, Greeting greeting, RedisCredentials login,
            Observer observer) {
        return switch (greeting) {
            case HELLO -> hello(connection, login, observer);
            case PING_THEN_HELLO -> greetWithoutHello(connection, login)
                    .compose(done -> hello(connection, login, observer));
            case PING -> greetWithoutHello(connection, login);
        };
    }

    /** Providers throw, and answer from threads of their own, or nothing: what follows is on the event loop of the context. */
    Future<RedisCredentials> login(Context context) {
        Promise<RedisCredentials> promise = VertxAccess.promise(context);
        try {
            credentials.get().onComplete(result -> {
                if (result.failed()) {
                    promise.fail(result.cause());
                } else if (result.result() == null) {
                    promise.fail(new IllegalStateException("The credentials provider has none"));
                } else {
                    promise.complete(result.result());
                }
            });
        } catch (Throwable e) {
            promise.fail(e);
        }
        return promise.future();
    }

    /** What a failure of a handshake means: a server that cannot take us now is like one that cannot be reached now. */
    static Throwable meaning(Throwable failure) {
        return failure instanceof ErrorType error && isTemporary(error) ? new ConnectException(error.getMessage()) : failure;
    }

    private static boolean isTemporary(ErrorType error) {
        return ServerError.of(error).remedy().waitingHelps();
    }

    private Future<Void> hello(NodeConnection connection, RedisCredentials login, Observer observer) {
        Request hello = Request.cmd(Command.HELLO).arg(preferredVersion);
        if (login.password() != null) {
            hello.arg("AUTH").arg(login.user() == null ? DEFAULT_USER : login.user()).arg(login.password());
        }
        if (address.clientName() != null) {
            hello.arg("SETNAME").arg(address.clientName());
        }
        return connection.send(hello).<Void> map(reply -> {
            if (reply instanceof MultiType properties) {
                // A server that was asked for RESP3 answers with a map, which RESP2 does not have.
                connection.greeted(properties.isMap(), text(properties, "id"));
                observer.onIdentity(ServerIdentity.of(properties));
            } else {
                observer.onStrangeAnswer();
            }
            return null;
        }).recover(failure -> {
            if (failure instanceof ErrorType error && !isTemporary(error)) {
                observer.onRefusedHello();
                return afterRefusedHello(connection, login, error);
            }
            return Future.failedFuture(failure);
        });
    }

    private Future<Void> afterRefusedHello(NodeConnection connection, RedisCredentials login, ErrorType refusal) {
        // Pika takes no password in HELLO, and says so with the errors of a missing or wrong one.
        boolean ofLogin = login.password() != null && isOfLogin(refusal);
        Future<Void> greeted = ofLogin ? authenticate(connection, login).compose(done -> setName(connection))
                : greetWithoutHello(connection, login);
        // One that ends the connection has told why.
        return greeted.recover(failure -> Future.failedFuture(failure instanceof ErrorType ? failure : refusal));
    }

    private static boolean isOfLogin(ErrorType error) {
        return ServerError.of(error) == ServerError.NOAUTH || ServerError.of(error) == ServerError.WRONGPASS;
    }

    private Future<Void> greetWithoutHello(NodeConnection connection, RedisCredentials login) {
        return connection.send(Request.cmd(Command.PING)).transform(pong -> {
            Throwable failure = pong.cause();
            boolean hasPassword = login.password() != null;
            if (hasPassword && failure instanceof ErrorType error && !isTemporary(error)) {
                return authenticate(connection, login);
            }
            if (failure != null && !Preparation.isFit(failure)) {
                return Future.<Void> failedFuture(failure);
            }
            boolean isNamed = login.user() != null && !login.user().equals(DEFAULT_USER);
            return hasPassword && isNamed ? becomeUser(connection, login) : Future.succeededFuture();
        }).compose(done -> setName(connection));
    }

    /** A server that lets everybody in may still have users. One that knows of none refuses this in words of its own. */
    private static Future<Void> becomeUser(NodeConnection connection, RedisCredentials login) {
        return authenticate(connection, login).recover(failure -> {
            boolean hasUsers = !(failure instanceof ErrorType error)
                    || isOfLogin(error) || ServerError.of(error) == ServerError.NOPERM;
            return hasUsers ? Future.failedFuture(failure) : Future.succeededFuture();
        });
    }

    /** Logs in anew on a connection in use, alone; see {@link Answering}. */
    Future<Void> renewLogin(NodeConnection connection, RedisCredentials login) {
        return authenticate(connection, login).onSuccess(done -> connection.loggedIn(Optional.ofNullable(login.expiresAt())));
    }

    private static Future<Void> authenticate(NodeConnection connection, RedisCredentials login) {
        if (login.password() == null) {
            return Future.succeededFuture();
        }
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

    static Optional<String> text(MultiType properties, String key) {
        boolean isMap = properties.size() % 2 == 0 || properties.isMap();
        return (isMap ? Optional.ofNullable(properties.get(key)) : Optional.<Response> empty()).map(Response::toString);
    }
}
