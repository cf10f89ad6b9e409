package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;

/** A sentinel that names whatever primary it is told to, knows nobody else, and speaks the old protocol only. */
final class ScriptedSentinel implements AutoCloseable {

    private final IntSupplier primary;
    private final ScriptedServer server = new ScriptedServer(this::answer);

    /** @param primary the port of what it takes for the primary */
    ScriptedSentinel(IntSupplier primary) {
        this.primary = primary;
    }

    String url() {
        return "redis://127.0.0.1:" + server.port();
    }

    /** How many connections to it there are. */
    int open() {
        return server.openConnections();
    }

    /** How often it was sent a command. */
    long received(String command) {
        return server.received().stream().filter(words -> words.get(0).equals(command)).count();
    }

    private String answer(List<String> command) {
        return switch (command.get(0)) {
            case "PING" -> "+PONG\r\n";
            case "CLIENT" -> "+OK\r\n";
            case "ROLE" -> "*2\r\n" + bulk("sentinel") + "*1\r\n" + bulk(RedisSentinels.NAME);
            case "SUBSCRIBE", "PSUBSCRIBE" -> subscribed(command);
            case "SENTINEL" -> ofPrimary(command.get(1).toLowerCase(Locale.ROOT));
            default -> "-ERR unknown command '" + command.get(0) + "'\r\n";
        };
    }

    private String ofPrimary(String subcommand) {
        return subcommand.equals("get-master-addr-by-name")
                ? "*2\r\n" + bulk("127.0.0.1") + bulk(String.valueOf(primary.getAsInt()))
                : "*0\r\n";
    }

    private static String subscribed(List<String> command) {
        StringBuilder answer = new StringBuilder();
        IntStream.range(1, command.size()).forEach(i -> answer.append("*3\r\n")
                .append(bulk(command.get(0).toLowerCase(Locale.ROOT))).append(bulk(command.get(i))).append(":" + i + "\r\n"));
        return answer.toString();
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    @Override
    public void close() {
        server.close();
    }
}
