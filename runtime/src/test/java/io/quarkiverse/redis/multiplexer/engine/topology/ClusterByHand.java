package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.resp.Deliveries;
import io.quarkiverse.redis.multiplexer.engine.resp.RespException;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.types.ErrorType;

/** A cluster without nodes: the questions to them are answered by hand, and time passes when it is told to. */
final class ClusterByHand implements Asker {

    /** Three primaries, each with its slots. */
    static final String WHOLE = "7001:0-5460 7002:5461-10922 7003:10923-16383";

    /** A question that has not been answered. */
    record Question(NodeAddress node, String form, Promise<Response> answer) {

        int port() {
            return node.socket().port();
        }

        void tell(String shape) {
            answer.complete(shards(shape));
        }

        void refuse(String error) {
            answer.fail(ErrorType.create(error));
        }

        void fail() {
            answer.fail(new ConnectException("Connection refused"));
        }
    }

    final Deque<Question> questions = new ArrayDeque<>();
    /** All that were ever asked. */
    int asked;
    private final EmbeddedChannel channel = new EmbeddedChannel();
    /** The clock turns over soon. */
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3);

    ClusterByHand() {
        channel.freezeTime();
    }

    static ClientSettings settings(String... hosts) {
        return ClientSettings.of("test", new RedisOptions().setType(RedisClientType.CLUSTER).setEndpoints(List.of(hosts)),
                new MultiplexerOptions());
    }

    ClusterView view(String... hosts) {
        return new ClusterView(loop(), settings(hosts), this, this::now, bound -> 0);
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    long now() {
        return now;
    }

    @Override
    public Future<Response> ask(NodeAddress node, Request request) {
        Promise<Response> answer = Promise.promise();
        assertEquals("cluster", request.command().toString().toLowerCase());
        String form = new String(RequestAccess.arguments(request).get(0), StandardCharsets.US_ASCII);
        questions.add(new Question(node, form, answer));
        asked++;
        return answer.future();
    }

    Question next() {
        assertFalse(questions.isEmpty(), "nobody has been asked");
        return questions.remove();
    }

    void assertNobodyIsAsked() {
        assertEquals(List.of(), questions.stream().map(Question::port).toList());
    }

    void advance(long millis) {
        for (long i = 0; i < millis; i += 10) {
            now += TimeUnit.MILLISECONDS.toNanos(Math.min(10, millis - i));
            channel.advanceTimeBy(Math.min(10, millis - i), TimeUnit.MILLISECONDS);
            run();
        }
    }

    void run() {
        channel.runPendingTasks();
        channel.runScheduledPendingTasks();
    }

    static SocketAddress at(int port) {
        return SocketAddress.inetSocketAddress(port, "h");
    }

    /**
     * An answer to CLUSTER SHARDS.
     *
     * @param shape words of a port of a primary, ports of its replicas behind pluses, a colon, and ranges of slots behind
     *        commas
     */
    static Response shards(String shape) {
        String[] shards = shape.isEmpty() ? new String[0] : shape.split(" ");
        StringBuilder reply = new StringBuilder("*" + shards.length + "\r\n");
        for (String shard : shards) {
            String[] ports = shard.substring(0, shard.indexOf(':')).split("\\+");
            String told = shard.substring(shard.indexOf(':') + 1);
            String[] ends = told.isEmpty() ? new String[0] : told.split("[-,]");
            reply.append("%2\r\n+slots\r\n*").append(ends.length).append("\r\n");
            for (String end : ends) {
                reply.append(':').append(end).append("\r\n");
            }
            reply.append("+nodes\r\n*").append(ports.length).append("\r\n");
            for (int i = 0; i < ports.length; i++) {
                reply.append("%4\r\n+endpoint\r\n$1\r\nh\r\n+port\r\n:").append(ports[i]).append("\r\n+role\r\n+")
                        .append(i == 0 ? "master" : "replica").append("\r\n+health\r\n+online\r\n");
            }
        }
        return decode(reply.toString());
    }

    static Response decode(String bytes) {
        try {
            return Deliveries.of(bytes).replies().get(0);
        } catch (RespException e) {
            throw new AssertionError(e);
        }
    }

    static SlotMap map(String shape) {
        return TopologyReply.ofShards(shards(shape), at(1), false);
    }
}
