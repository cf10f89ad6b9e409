package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.types.ErrorType;

/** A {@link LoneCommand} with connections that are lent by hand. */
abstract class LoneCommandByHand {

    static final ErrorType LET_GO = ErrorType
            .create("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)");

    static final ErrorType MOVED = ErrorType.create("MOVED 1 other:2");

    record Loan(Request first, Borrower borrower, Promise<LentConnection> connection) {
    }

    final List<Loan> loans = new ArrayList<>();
    final List<PendingCommand> submitted = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    final Promise<Response> answer = Promise.promise();
    final TimeLimit limit = new TimeLimit();
    /** Thrown when the first connection is asked for, and when a command is submitted. */
    Optional<Error> noMemory = Optional.empty();

    final Topology topology = (Topology) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[] { Topology.class }, (proxy, method, arguments) -> {
                assertEquals("lend", method.getName());
                if (loans.isEmpty()) {
                    noMemory.ifPresent(error -> {
                        throw error;
                    });
                }
                Promise<LentConnection> connection = Promise.promise();
                loans.add(new Loan((Request) ((List<?>) arguments[1]).get(0), (Borrower) arguments[2], connection));
                return connection.future();
            });

    final LentConnection lent = (LentConnection) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[] { LentConnection.class }, (proxy, method, arguments) -> {
                boolean limits = method.getName().equals("limitTime");
                calls.add(method.getName()
                        + (limits ? " of " + submitted.indexOf(arguments[0]) + " to " + arguments[1] : ""));
                if (method.getName().equals("submit")) {
                    noMemory.ifPresent(error -> {
                        throw error;
                    });
                    submitted.add((PendingCommand) arguments[0]);
                }
                return null;
            });

    final MultiplexerOptions options = new MultiplexerOptions();

    void letGoAfterTwoMillis() {
        loans.get(0).connection().complete(lent);
        long lentAt = System.nanoTime();
        awaitUntil(() -> System.nanoTime() - lentAt > Duration.ofMillis(2).toNanos());
    }

    /** To connections of the test; it says where to go on after an error. */
    class Way implements LoneCommand.Way {

        final Function<LoneCommand.Way, Optional<LoneCommand.Way>> next;

        Way(Function<LoneCommand.Way, Optional<LoneCommand.Way>> next) {
            this.next = next;
        }

        @Override
        public Future<LentConnection> lend(List<Request> requests, Borrower borrower, long deadline) {
            return topology.lend(null, requests, borrower);
        }

        @Override
        public Optional<LoneCommand.Way> after(ErrorType error) {
            return next.apply(this);
        }
    }

    static final class ThrowingWay implements LoneCommand.Way {

        @Override
        public Future<LentConnection> lend(List<Request> requests, Borrower borrower, long deadline) {
            throw new Error("no memory for a connection");
        }

        @Override
        public Optional<LoneCommand.Way> after(ErrorType error) {
            return Optional.empty();
        }
    }

    void start(Request request) {
        SingleCommand command = new SingleCommand(request, answer, CommandReport.NONE);
        run(new SameWay(topology, null), command, request);
    }

    void run(LoneCommand.Way way, SingleCommand command, Request request) {
        new LoneCommand(way, options, command, List.of(request), System.nanoTime(), limit).start();
    }

    static String argument(Request request, int index) {
        return new String(RequestAccess.arguments(request).get(index), StandardCharsets.US_ASCII);
    }
}
