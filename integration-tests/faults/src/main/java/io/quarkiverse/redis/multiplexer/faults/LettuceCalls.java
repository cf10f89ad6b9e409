package io.quarkiverse.redis.multiplexer.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.KeyValue;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.vertx.redis.client.RedisReplicas;

/** The commands of a run in the words of Lettuce, which are the same for one server and for a cluster. */
final class LettuceCalls {

    private LettuceCalls() {
    }

    static ReadFrom readFrom(RedisReplicas replicas) {
        return switch (replicas) {
            case NEVER -> ReadFrom.UPSTREAM;
            case SHARE -> ReadFrom.ANY;
            case ALWAYS -> ReadFrom.REPLICA_PREFERRED;
        };
    }

    static CompletionStage<?> send(RedisClusterAsyncCommands<String, String> commands, Call call) {
        List<String> arguments = call.arguments();
        String[] all = arguments.toArray(String[]::new);
        return switch (call.verb()) {
            case INCR -> commands.incr(all[0]);
            case GET -> commands.get(all[0]);
            case SET -> commands.set(all[0], all[1]);
            case RPUSH -> commands.rpush(all[0], all[1]);
            case LPOP -> commands.lpop(all[0]);
            case BLPOP -> commands.blpop(Long.parseLong(all[1]), all[0])
                    .thenApply(popped -> popped == null ? null : List.of(popped.getKey(), popped.getValue()));
            case MGET -> commands.mget(all).thenApply(LettuceCalls::values);
            case MSET -> commands.mset(pairs(arguments));
            case DEL -> commands.del(all);
            case UNLINK -> commands.unlink(all);
            case EXISTS -> commands.exists(all);
            case TOUCH -> commands.touch(all);
            case MSETNX -> commands.msetnx(pairs(arguments)).thenApply(done -> done ? 1L : 0L);
            case SUNIONSTORE -> commands.sunionstore(all[0], Arrays.copyOfRange(all, 1, all.length));
            case EVAL -> commands.eval(all[0], ScriptOutputType.INTEGER, Arrays.copyOfRange(all, 2, all.length));
            case EVALSHA -> commands.evalsha(all[0], ScriptOutputType.INTEGER, Arrays.copyOfRange(all, 2, all.length));
            case SCRIPT -> commands.scriptLoad(all[1]);
            case DBSIZE -> commands.dbsize();
            case KEYS -> commands.keys(all[0]);
            case FLUSHALL -> commands.flushall();
            case FLUSHDB -> commands.flushdb();
            case SCAN, WATCH, MULTI, EXEC -> throw new UnsupportedOperationException();
        };
    }

    /** Completes when all have, with the list of their results; of those that fail, with the first one's failure. */
    static CompletionStage<Object> together(List<CompletionStage<Object>> stages) {
        List<CompletableFuture<Object>> futures = stages.stream().map(CompletionStage::toCompletableFuture).toList();
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).thenApply(done -> {
            List<Object> results = new ArrayList<>();
            futures.forEach(future -> results.add(future.join()));
            return results;
        });
    }

    private static List<String> values(List<KeyValue<String, String>> found) {
        return found.stream().map(value -> value.getValueOrElse(null)).toList();
    }

    private static Map<String, String> pairs(List<String> arguments) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            pairs.put(arguments.get(i), arguments.get(i + 1));
        }
        return pairs;
    }
}
