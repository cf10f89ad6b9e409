package io.quarkiverse.redis.multiplexer.runtime.devui;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** What we write for a reply, next to what redis-cli writes for it. */
class ReplyTextTest {

    @RegisterExtension
    final ClientOfServer redis = new ClientOfServer(RedisBinary.REDIS_7_0, "secret");

    private MultiplexedRedis client;

    @BeforeEach
    void fill() throws Exception {
        client = redis.client();
        for (String line : List.of("SET text 'it \"is\" \\x01'", "SET bytes \"\\x01\\x02\\n\\r\\t\\b\\a\\\\\\xff\"",
                "RPUSH list a b c d e f g h i j k", "HSET hash field value", "ZADD zset 1.5 a 2 b", "XADD stream 1-1 f v",
                "SADD set one")) {
            reply(CommandLine.parse(line));
        }
    }

    @Test
    void repliesReadAsThoseOfRedisCli() throws Exception {
        for (String line : List.of("GET text", "GET bytes", "GET nothing", "PING", "STRLEN text", "INCR list",
                "LRANGE list 0 -1",
                "LRANGE nothing 0 -1", "HGETALL hash", "HGETALL nothing", "ZRANGE zset 0 -1 WITHSCORES", "ZSCORE zset a",
                "ZSCORE zset b", "XRANGE stream - +", "XREAD STREAMS stream 0", "SCAN 0 MATCH has*",
                "MGET text nothing bytes",
                "EVAL 'return {1,{2,{\"a\",{}}},false}' 0", "COMMAND GETKEYS SET a b", "XINFO GROUPS stream", "TYPE list",
                "OBJECT ENCODING list")) {
            assertEquals(redisCli(CommandLine.parse(line)), text(line), line);
        }
    }

    @Test
    void whatIsMeantToBeReadIsNotQuoted() throws Exception {
        assertEquals("# Server", text("INFO server").lines().findFirst().orElseThrow());
        assertEquals("cluster_enabled:0", text("CLIENT LIST").isEmpty() ? ""
                : text("CLUSTER INFO").lines()
                        .filter(line -> line.startsWith("cluster_enabled")).findFirst().orElse("cluster_enabled:0"));
    }

    @Test
    void passwordsOfTheServerAreHidden() throws Exception {
        assertEquals("1# \"requirepass\" => (hidden)", text("CONFIG GET requirepass"));
        assertEquals("1# \"masterauth\" => \"\"", text("CONFIG GET masterauth"));
        assertEquals("1# \"port\" => \"" + redis.server().port() + '"', text("CONFIG GET port"));
    }

    @Test
    void aTransactionDoesNotTellThemEither() throws Exception {
        List<Response> replies = ClientOfServer.await(client.batch(List.of(Request.cmd(Command.MULTI),
                Request.cmd(Command.CONFIG).arg("GET").arg("requirepass"),
                Request.cmd(Command.LRANGE).arg("list").arg(0).arg(1), Request.cmd(Command.EXEC))));
        assertEquals("""
                1) 1# "requirepass" => (hidden)
                2) 1) "a"
                   2) "b\"""", ReplyText.of(CommandLine.parse("EXEC"), replies.get(3)));
    }

    private String text(String line) throws Exception {
        CommandLine command = CommandLine.parse(line);
        try {
            return ReplyText.of(command, reply(command));
        } catch (ExecutionException e) {
            return ReplyText.error(e.getCause().getMessage());
        }
    }

    private Response reply(CommandLine line) throws Exception {
        return ClientOfServer.await(client.send(line.request()));
    }

    private String redisCli(CommandLine line) throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-3", "--no-raw", "--no-auth-warning", "-a", "secret", "-p",
                String.valueOf(redis.server().port())));
        line.words().forEach(word -> command.add(new String(word, StandardCharsets.UTF_8)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
    }
}
