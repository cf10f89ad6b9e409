package io.quarkiverse.redis.multiplexer.engine.command;

import static io.quarkiverse.redis.multiplexer.engine.command.CollectorState.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.TransactionMode;
import io.quarkiverse.redis.multiplexer.engine.command.TransactionCollector.Fate;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Promise;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** A {@link TransactionCollector} that has access, and what it is asked. */
abstract class TransactionByHand {

    static final long BUDGET = 10_000;

    final PendingBytes bytes = PendingBytes.atMost(BUDGET);
    final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    final TransactionAccess access = granted();
    final Promise<Response> executed = Promise.promise();
    TransactionCollector collector = collector(access, false);

    TransactionCollector collector(TransactionAccess itsAccess, boolean placedByKeys) {
        return new TransactionCollector(bytes, failures, 5, itsAccess, placedByKeys);
    }

    static TransactionAccess granted() {
        TransactionAccess access = TransactionAccess.of(TransactionMode.COLLECTED);
        reply(access.question(() -> {
        }, cause -> {
        }), "OK", "[]");
        return access;
    }

    static String firstArgument(List<Request> requests) {
        return new String(RequestAccess.arguments(requests.get(0)).get(0), StandardCharsets.US_ASCII);
    }

    Fate fate(String... requests) {
        List<Request> all = Commands.requests(requests);
        return collector.fateOf(all, all.size() == 1 ? Route.of(all.get(0)) : Route.of(all));
    }

    void keep(String... requests) {
        List<Request> all = Commands.requests(requests);
        assertEquals(Optional.empty(), collector.keep(all.size() == 1 ? command(requests[0])
                : new BatchCommand(all, Promise.promise(), CommandReport.NONE), all));
    }

    static PendingCommand command(String request) {
        return new SingleCommand(Commands.request(request), Promise.promise(), CommandReport.NONE);
    }

    PendingCommand exec() {
        return new SingleCommand(Commands.request("EXEC"), executed, CommandReport.NONE);
    }

    long left() {
        long left = BUDGET;
        while (!bytes.reserve(left)) {
            left--;
        }
        bytes.release(left);
        return left;
    }

    static void reply(PendingCommand command, String... texts) {
        Stream.of(texts).forEach(text -> command.onReply(text.startsWith("-") ? ErrorType.create(text.substring(1))
                : text.equals("[]") ? MultiType.create(0, false) : SimpleStringType.create(text)));
    }

    static String text(PendingCommand command) {
        StringBuilder text = new StringBuilder();
        for (int part = 0; part < command.parts(); part++) {
            text.append(new String(command.part(part), StandardCharsets.US_ASCII).replaceAll("[*$]\\d+\r\n", "")
                    .replace("\r\n", " "));
        }
        return text.toString().trim();
    }
}
