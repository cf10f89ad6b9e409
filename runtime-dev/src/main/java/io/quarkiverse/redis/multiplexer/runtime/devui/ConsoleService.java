package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** JSON-RPC methods of the Dev UI's console. */
public class ConsoleService {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final DevUiClients clients;
    private final Map<String, ConsoleSession> sessions = new ConcurrentHashMap<>();

    ConsoleService(Vertx vertx, DevUiClients clients) {
        this.vertx = vertx;
        this.clients = clients;
    }

    /**
     * @param line what was typed, as it may be shown: without passwords
     * @param kept whether the line may be kept in the history
     * @param reply as redis-cli would write it
     */
    public record Answer(String line, boolean kept, String reply, boolean failed) {
    }

    /** What there is to be typed: the commands that the server knows, or else those that Vert.x knows. */
    public CompletionStage<List<CommandHelp>> commands(String client) {
        return Future.succeededFuture().compose(start -> CommandHelp.ofServer(clients.named(client)))
                .otherwise(failure -> CommandHelp.known()).toCompletionStage();
    }

    /** Runs a line. What takes too long is ended, and answered with an error. */
    public CompletionStage<Answer> execute(String client, String line) {
        CommandLine command;
        try {
            command = CommandLine.parse(line);
        } catch (IllegalArgumentException e) {
            Answer answer = new Answer(Secrets.shownOfInvalid(line), false, ReplyText.error(e.getMessage()), true);
            return Future.succeededFuture(answer).toCompletionStage();
        }
        String shown = Secrets.shown(command, line);
        boolean kept = !Secrets.isSecret(command);
        return Outcome.of(() -> session(client).send(command).map(reply -> ReplyText.of(command, reply)))
                .thenApply(outcome -> outcome.error() == null ? new Answer(shown, kept, outcome.value(), false)
                        : new Answer(shown, kept, ReplyText.error(outcome.error()), true));
    }

    private ConsoleSession session(String client) {
        return sessions.computeIfAbsent(client, name -> new ConsoleSession(vertx, clients.named(name), LIMIT));
    }
}
