package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.vertx.redis.client.Command;

/**
 * The {@link KeyPositions} of every command whose keys its arguments tell. Vert.x' own table does not serve: of commands with
 * a source and a destination it knows only one, and it misses keys behind subcommands.
 * <p>
 * Not in here is what may touch any key: FLUSHALL, SCAN, scripts (which may use keys that they do not declare), SORT (whose
 * patterns name keys), and commands that nobody knows.
 */
final class KeyTable {

    private static final Map<String, KeyPositions> BY_NAME = new HashMap<>();

    static {
        put(KeyPositions.NONE, "ping echo time lolwut lastsave multi exec discard");
        put(KeyPositions.FIRST, """
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
                xackdel xdelex
                bf.add bf.card bf.exists bf.info bf.insert bf.loadchunk bf.madd bf.mexists bf.reserve bf.scandump
                cf.add cf.addnx cf.compact cf.count cf.del cf.exists cf.info cf.insert cf.insertnx cf.loadchunk cf.mexists
                cf.reserve cf.scandump cms.incrby cms.info cms.initbydim cms.initbyprob cms.query
                json.arrappend json.arrindex json.arrinsert json.arrlen json.arrpop json.arrtrim json.clear json.del
                json.forget json.get json.numincrby json.nummultby json.objkeys json.objlen json.resp json.set
                json.strappend json.strlen json.toggle json.type
                tdigest.add tdigest.byrank tdigest.byrevrank tdigest.cdf tdigest.create tdigest.info tdigest.max tdigest.min
                tdigest.quantile tdigest.rank tdigest.reset tdigest.revrank tdigest.trimmed_mean
                topk.add topk.count topk.incrby topk.info topk.list topk.query topk.reserve
                ts.add ts.alter ts.create ts.decrby ts.del ts.get ts.incrby ts.info ts.range ts.revrange
                """);
        put(KeyPositions.SECOND, "object pfdebug xgroup xinfo");
        put(KeyPositions.FIRST_TWO, """
                blmove brpoplpush copy geosearchstore lcs lmove rename renamenx rpoplpush smove zrangestore
                ts.createrule ts.deleterule
                """);
        put(KeyPositions.ALL, """
                del exists mget pfcount pfmerge sdiff sdiffstore sinter sinterstore sunion sunionstore touch unlink watch
                """);
        put(KeyPositions.ALL_BUT_FIRST, "bitop");
        put(KeyPositions.ALL_BUT_LAST, "blpop brpop bzpopmax bzpopmin json.mget");
        put(KeyPositions.EVERY_SECOND, "mset msetnx");
        put(KeyPositions.EVERY_THIRD, "json.mset ts.madd");
        put(KeyPositions.COUNTED_FIRST, "lmpop sintercard zdiff zinter zintercard zmpop zunion");
        put(KeyPositions.COUNTED_SECOND, "blmpop bzmpop");
        put(KeyPositions.FIRST_AND_COUNTED, "zdiffstore zinterstore zunionstore cms.merge tdigest.merge");
        put(KeyPositions.COUNTED_PAIRS, "msetex");
        put(KeyPositions.STREAMS, "xread xreadgroup");
        put(KeyPositions.FIRST_AND_STORED, "georadius georadiusbymember");
        put(KeyPositions.MIGRATE, "migrate");
    }

    private KeyTable() {
    }

    /** @return empty if the command may touch any key */
    static Optional<KeyPositions> positionsOf(Command command) {
        return Optional.ofNullable(BY_NAME.get(command.toString().toLowerCase(Locale.ROOT)));
    }

    private static void put(KeyPositions positions, String names) {
        for (String name : names.strip().split("\\s+")) {
            if (BY_NAME.put(name, positions) != null) {
                throw new IllegalStateException(name + " is in the table twice");
            }
        }
    }
}
