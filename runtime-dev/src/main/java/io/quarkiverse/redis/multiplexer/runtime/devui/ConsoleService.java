package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** JSON-RPC methods of the Dev UI's console. */
public class ConsoleService {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int SHOWN_AT_ONCE = 32 * 1024;
    private static final int KEPT = 32 * 1024 * 1024;

    private final Vertx vertx;
    private final DevUiClients clients;
    private final RedisConfig config;
    private final Map<String, ConsoleSession> sessions = new ConcurrentHashMap<>();
    private final LongReplies replies = new LongReplies(SHOWN_AT_ONCE, KEPT);

    ConsoleService(Vertx vertx, DevUiClients clients, RedisConfig config) {
        this.vertx = vertx;
        this.clients = clients;
        this.config = config;
    }

    /**
     * @param line what was typed, as it may be shown: without passwords
     * @param kept whether the line may be kept in the history
     * @param reply as redis-cli would write it; the beginning of it if it is long
     * @param next what to ask {@link #more} for; empty if that is all of the reply, or the rest is not kept
     * @param left how many characters of the reply are missing
     */
    public record Answer(String line, boolean kept, String reply, boolean failed, String next, int left) {
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
            Answer answer = answer(Secrets.shownOfInvalid(line), false, ReplyText.error(e.getMessage()), true);
            return Future.succeededFuture(answer).toCompletionStage();
        }
        String shown = Secrets.shown(command, line);
        boolean kept = !Secrets.isSecret(command);
        return Outcome.of(() -> session(client).send(command).map(reply -> ReplyText.of(command, reply)))
                .thenApply(outcome -> outcome.error() == null ? answer(shown, kept, outcome.value(), false)
                        : answer(shown, kept, ReplyText.error(outcome.error()), true));
    }

    private Answer answer(String line, boolean kept, String reply, boolean failed) {
        ReplyPart first = replies.first(reply);
        return new Answer(line, kept, first.text(), failed, first.next(), first.left());
    }

    /** More of a long reply. @param next of the part before it */
    public CompletionStage<Outcome<ReplyPart>> more(String next) {
        return Outcome.of(() -> Future.succeededFuture(replies.next(next)));
    }

    private ConsoleSession session(String client) {
        return sessions.computeIfAbsent(client, name -> new ConsoleSession(vertx, clients.named(name),
                config.clients().get(name).clientType(), LIMIT));
    }
}
