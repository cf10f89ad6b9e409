package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The {@link KeyPositions} of every command whose keys its arguments tell. Vert.x' own table does not serve: of commands with
 * a source and a destination it knows only one, and it misses keys behind subcommands.
 * <p>
 * The keys that a command touches and those that its place in a cluster depends on are not always the same. A script has its
 * declared keys in one place, and may use others; SORT has its key there, and may read what patterns name; TS.ADD has, and
 * writes the series that rules make of it; PUBLISH has no place, but messages to one channel have an order.
 */
final class KeyTable {

    private static final Map<String, KeyPositions> TOUCHED = new HashMap<>();
    /** Where they are others than the touched ones. */
    private static final Map<String, KeyPositions> PLACING = new HashMap<>();

    static {
        put(TOUCHED, KeyPositions.NONE, """
                ping echo time lolwut lastsave script multi exec discard acl client cluster command config latency slowlog
                commandlog hotkeys trimslots
                """);
        put(TOUCHED, KeyPositions.FIRST, """
                append bitcount bitfield bitfield_ro bitpos decr decrby dump expire expireat expiretime geoadd geodist geohash
                geopos georadiusbymember_ro georadius_ro geosearch get getbit getdel getex getrange getset hdel hexists hget
                hgetall hincrby hincrbyfloat hkeys hlen hmget hmset hrandfield hscan hset hsetnx hstrlen hvals incr incrby
                incrbyfloat lindex linsert llen lpop lpos lpush lpushx lrange lrem lset ltrim move persist pexpire pexpireat
                pexpiretime pfadd psetex pttl publish restore restore-asking rpop rpush rpushx sadd scard set setbit setex
                setnx setrange sismember smembers smismember spop spublish srandmember srem sscan strlen substr ttl type xack
                xadd xautoclaim xclaim xdel xlen xpending xrange xrevrange xsetid xtrim zadd zcard zcount zincrby zlexcount
                zmscore zpopmax zpopmin zrandmember zrange zrangebylex zrangebyscore zrank zrem zremrangebylex
                zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore
                hexpire hexpireat hexpiretime hgetdel hgetex hpersist hpexpire hpexpireat hpexpiretime hpttl hsetex httl
                delex delifeq digest vadd vcard vdim vemb vgetattr vinfo vismember vlinks vrandmember vrange vrem vsetattr vsim
                xackdel xcfgset xdelex xidmprecord
                bf.add bf.card bf.exists bf.info bf.insert bf.loadchunk bf.madd bf.mexists bf.reserve bf.scandump
                cf.add cf.addnx cf.compact cf.count cf.del cf.exists cf.info cf.insert cf.insertnx cf.loadchunk cf.mexists
                cf.reserve cf.scandump cms.incrby cms.info cms.initbydim cms.initbyprob cms.query
                json.arrappend json.arrindex json.arrinsert json.arrlen json.arrpop json.arrtrim json.clear json.del
                json.forget json.get json.merge json.numincrby json.nummultby json.objkeys json.objlen json.resp json.set
                json.strappend json.strlen json.toggle json.type
                tdigest.add tdigest.byrank tdigest.byrevrank tdigest.cdf tdigest.create tdigest.info tdigest.max tdigest.min
                tdigest.quantile tdigest.rank tdigest.reset tdigest.revrank tdigest.trimmed_mean
                topk.add topk.count topk.incrby topk.info topk.list topk.query topk.reserve
                ts.alter ts.create ts.get ts.info ts.range ts.revrange
                """);
        put(TOUCHED, KeyPositions.SECOND, "object pfdebug xgroup xinfo");
        put(TOUCHED, KeyPositions.FIRST_TWO, """
                blmove brpoplpush copy geosearchstore lcs lmove rename renamenx rpoplpush smove zrangestore
                ts.createrule ts.deleterule
                """);
        put(TOUCHED, KeyPositions.ALL, """
                del exists mget pfcount pfmerge sdiff sdiffstore sinter sinterstore sunion sunionstore touch unlink watch
                """);
        put(TOUCHED, KeyPositions.ALL_BUT_FIRST, "bitop");
        put(TOUCHED, KeyPositions.ALL_BUT_LAST, "blpop brpop bzpopmax bzpopmin json.mget");
        put(TOUCHED, KeyPositions.EVERY_SECOND, "mset msetnx");
        put(TOUCHED, KeyPositions.EVERY_THIRD, "json.mset");
        put(TOUCHED, KeyPositions.COUNTED_FIRST, "lmpop sintercard zdiff zinter zintercard zmpop zunion");
        put(TOUCHED, KeyPositions.COUNTED_SECOND, "blmpop bzmpop");
        put(TOUCHED, KeyPositions.FIRST_AND_COUNTED, "zdiffstore zinterstore zunionstore cms.merge tdigest.merge");
        put(TOUCHED, KeyPositions.COUNTED_PAIRS, "msetex");
        put(TOUCHED, KeyPositions.STREAMS, "xread xreadgroup");
        put(TOUCHED, KeyPositions.FIRST_AND_LOCATED, "georadius georadiusbymember");
        put(TOUCHED, KeyPositions.MIGRATE, "migrate");

        put(PLACING, KeyPositions.NONE, "publish");
        put(PLACING, KeyPositions.FIRST, "sort_ro ts.add ts.decrby ts.del ts.incrby");
        put(PLACING, KeyPositions.FIRST_AND_SORTED, "sort");
        put(PLACING, KeyPositions.SECOND, "memory");
        put(PLACING, KeyPositions.EVERY_THIRD, "ts.madd");
        put(PLACING, KeyPositions.COUNTED_SECOND, "eval evalsha eval_ro evalsha_ro fcall fcall_ro");
        put(PLACING, KeyPositions.ALL, "ssubscribe sunsubscribe");
    }

    private KeyTable() {
    }

    /** The keys that a command reads or writes; {@link KeyPositions#UNTOLD} if that may be any. @param name in lower case */
    static KeyPositions touchedBy(String name) {
        return TOUCHED.getOrDefault(name, KeyPositions.UNTOLD);
    }

    /**
     * The keys that a command's place in a cluster depends on.
     *
     * @param name in lower case
     * @return {@link KeyPositions#UNTOLD} if the table does not know the command
     */
    static KeyPositions placing(String name) {
        KeyPositions own = PLACING.get(name);
        return own != null ? own : touchedBy(name);
    }

    static Set<String> names() {
        Set<String> names = new HashSet<>(TOUCHED.keySet());
        names.addAll(PLACING.keySet());
        return names;
    }

    private static void put(Map<String, KeyPositions> table, KeyPositions positions, String names) {
        for (String name : names.strip().split("\\s+")) {
            if (table.put(name, positions) != null) {
                throw new IllegalStateException(name + " is in the table twice");
            }
        }
    }
}
