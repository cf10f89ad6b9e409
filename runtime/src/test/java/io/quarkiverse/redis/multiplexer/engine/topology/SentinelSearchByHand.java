package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.extension.RegisterExtension;

import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.CapturedLog;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.topology.HandLinks.HandLink;
import io.quarkiverse.redis.multiplexer.engine.topology.HandLinks.Question;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;

/** Sentinels and servers by hand. */
abstract class SentinelSearchByHand {

    static final String WHERE = "SENTINEL GET-MASTER-ADDR-BY-NAME MYMASTER";
    static final String OTHERS = "SENTINEL SENTINELS MYMASTER";
    static final String EPOCH = "SENTINEL MASTER MYMASTER";
    static final String MASTER = "*3\r\n$6\r\nmaster\r\n:1\r\n*0\r\n";
    static final String SLAVE = "*5\r\n$5\r\nslave\r\n$1\r\nh\r\n:7001\r\n$9\r\nconnected\r\n:1\r\n";
    static final String UNLINKED = "*5\r\n$5\r\nslave\r\n$1\r\nh\r\n:7001\r\n$7\r\nconnect\r\n:1\r\n";
    static final long WATCH_MILLIS = 3_000;
    static final Clues NO_CLUES = new Clues(Optional.empty(), Set.of());

    @RegisterExtension
    final CapturedLog log = new CapturedLog();

    final EmbeddedChannel channel = new EmbeddedChannel();
    final HandLinks sentinels = new HandLinks();
    final HandLinks servers = new HandLinks();
    int hints;
    MultiplexerOptions options = new MultiplexerOptions();

    SentinelSearch search(RedisRole role, String... hosts) {
        channel.freezeTime();
        ClientSettings settings = ClientSettings.of("test", new RedisOptions().setType(RedisClientType.SENTINEL).setRole(role)
                .setEndpoints(List.of(hosts)), options);
        SentinelSearch search = new SentinelSearch(new SentinelSettings(settings), sentinels, servers,
                new LoopTimer(channel.eventLoop()), WATCH_MILLIS);
        search.begin(() -> hints++);
        return search;
    }

    SentinelSearch search() {
        return search(RedisRole.MASTER, "redis://h:1", "redis://h:2", "redis://h:3");
    }

    static String server(int port) {
        return "*2\r\n$1\r\nh\r\n$4\r\n" + port + "\r\n";
    }

    static String instances(String... fields) {
        StringBuilder reply = new StringBuilder("*" + fields.length + "\r\n");
        for (String instance : fields) {
            String[] words = instance.split(" ");
            reply.append("*").append(words.length).append("\r\n");
            for (String word : words) {
                reply.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
            }
        }
        return reply.toString();
    }

    static String epoch(int epoch) {
        return "*4\r\n$4\r\nname\r\n$8\r\nmymaster\r\n$12\r\nconfig-epoch\r\n$1\r\n" + epoch + "\r\n";
    }

    static int port(Future<Shard> found) {
        assertTrue(found.succeeded(), () -> String.valueOf(found.cause()));
        return found.result().primary().address().port();
    }

    /** A search has come to a sentinel, which knows no other one. @return the question for the primary */
    static Question searched(HandLink link) {
        link.asked(OTHERS).tell("*0\r\n");
        return link.asked(WHERE);
    }

    void role(int port, String role) {
        HandLink link = servers.to(port).accept();
        link.asked("ROLE").tell(role);
        assertTrue(link.closed);
    }

    /** Has the first sentinel lead to port 7001. */
    HandLink find(SentinelSearch search) {
        Future<Shard> found = search.find(NO_CLUES);
        HandLink link = sentinels.to(1).accept();
        searched(link).tell(server(7001));
        role(7001, MASTER);
        assertEquals(7001, port(found));
        link.asked(WHERE).tell(server(7001));
        return link;
    }

    void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }
}
