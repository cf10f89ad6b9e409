package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** JSON-RPC methods of the Dev UI's key browser. Keys are bytes: pages know them by their Base64. */
public class KeysService {

    private static final String FIRST_CURSOR = "0";
    private static final int PER_SCAN = 200;
    /** So many are enough for one page; if they do not turn up, so many scans are, and the page asks again. */
    private static final int ENOUGH = 50;
    private static final int MAX_SCANS = 10;

    private final DevUiClients clients;

    KeysService(DevUiClients clients) {
        this.clients = clients;
    }

    /**
     * @param cursor from which to go on; {@code 0} if all keys have been seen
     * @param looked how many keys have been looked at for this page, about
     * @param total how many keys there are
     */
    public record Page(String cursor, List<Key> keys, long looked, long total) {
    }

    /**
     * @param id the key in Base64
     * @param millis to live; -1 for ever
     * @param bytes of memory that the key takes; -1 if the server does not tell
     */
    public record Key(String id, String name, String type, long millis, long bytes) {
    }

    /**
     * The next keys of the current database, with what there is to know of each.
     *
     * @param cursor {@code 0} to begin
     * @param pattern of keys, as SCAN has it
     * @param type of values; empty for all
     */
    public CompletionStage<Outcome<Page>> keys(String client, String cursor, String pattern, String type) {
        return Outcome.of(() -> {
            MultiplexedRedis redis = clients.named(client);
            Future<Long> total = redis.send(Request.cmd(Command.DBSIZE)).map(Response::toLong);
            return total.compose(size -> scan(redis, cursor, pattern, type, new ArrayList<>(), MAX_SCANS)
                    .compose(scanned -> Future.all(scanned.keys().stream().map(key -> describe(redis, key)).toList())
                            .map(described -> new Page(scanned.cursor(), described.list(),
                                    Math.min(size, (long) PER_SCAN * scanned.scans()), size))));
        });
    }

    /** The beginning of a key's value. */
    public CompletionStage<Outcome<KeyValue>> value(String client, String id) {
        return Outcome.of(() -> {
            MultiplexedRedis redis = clients.named(client);
            Buffer key = key(id);
            return redis.send(Request.cmd(Command.TYPE).arg(key))
                    .compose(type -> ValueReader.ofType(type.toString()).read(redis, key));
        });
    }

    /** Deletes a key; answers whether it was there. */
    public CompletionStage<Outcome<Boolean>> delete(String client, String id) {
        return Outcome.of(() -> clients.named(client).send(Request.cmd(Command.UNLINK).arg(key(id)))
                .map(count -> count.toInteger() == 1));
    }

    private record Scanned(String cursor, List<byte[]> keys, int scans) {
    }

    private static Future<Scanned> scan(MultiplexedRedis redis, String cursor, String pattern, String type, List<byte[]> keys,
            int scansLeft) {
        Request scan = Request.cmd(Command.SCAN).arg(cursor).arg("MATCH").arg(pattern.isEmpty() ? "*" : pattern).arg("COUNT")
                .arg(PER_SCAN);
        if (!type.isEmpty()) {
            scan.arg("TYPE").arg(type);
        }
        return redis.send(scan).compose(reply -> {
            String next = reply.get(0).toString();
            reply.get(1).forEach(key -> keys.add(key.toBytes()));
            boolean done = next.equals(FIRST_CURSOR) || keys.size() >= ENOUGH || scansLeft == 1;
            return done ? Future.succeededFuture(new Scanned(next, keys, MAX_SCANS + 1 - scansLeft))
                    : scan(redis, next, pattern, type, keys, scansLeft - 1);
        });
    }

    /** The three commands go out together, as do those for all other keys of the page. */
    private static Future<Key> describe(MultiplexedRedis redis, byte[] key) {
        Buffer name = Buffer.buffer(key);
        Future<String> type = redis.send(Request.cmd(Command.TYPE).arg(name)).map(Response::toString);
        Future<Long> millis = redis.send(Request.cmd(Command.PTTL).arg(name)).map(Response::toLong);
        Future<Long> bytes = redis.send(Request.cmd(Command.MEMORY).arg("USAGE").arg(name))
                .map(reply -> reply == null ? -1 : reply.toLong()).otherwise(-1L);
        return Future.all(type, millis, bytes).map(all -> new Key(Base64.getEncoder().encodeToString(key),
                ByteText.readable(key), type.result(), millis.result(), bytes.result()));
    }

    private static Buffer key(String id) {
        return Buffer.buffer(Base64.getDecoder().decode(id));
    }
}
