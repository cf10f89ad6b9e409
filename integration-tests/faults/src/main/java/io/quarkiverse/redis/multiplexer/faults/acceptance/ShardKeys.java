package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.faults.Slots;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** Names of keys, by the primary that has them in the beginning. */
final class ShardKeys {

    private ShardKeys() {
    }

    /** Of each of so many primaries so many keys. */
    static List<List<String>> of(int primaries, int count) {
        return IntStream.range(0, primaries).mapToObj(shard -> ofShard(shard, primaries, "key:", count)).toList();
    }

    static List<String> ofShard(int shard, int primaries, String prefix, int count) {
        return Stream.iterate(0, i -> i + 1).map(i -> prefix + i).filter(key -> shardOf(key, primaries) == shard).limit(count)
                .toList();
    }

    static int shardOf(String key, int primaries) {
        int slot = Slots.of(key);
        return IntStream.range(0, primaries).filter(i -> slot < RedisCluster.SLOTS * (i + 1) / primaries).findFirst()
                .orElseThrow();
    }

    /** Without regard to where they are. */
    static List<String> anywhere(int count) {
        return new ArrayList<>(IntStream.range(0, count).mapToObj(i -> "key:" + i).toList());
    }
}
