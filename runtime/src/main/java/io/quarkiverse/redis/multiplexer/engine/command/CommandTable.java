package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.vertx.redis.client.Command;

/**
 * The {@link CommandSpec} of every command that Vert.x knows, and of some that it does not. The flags of Vert.x' own
 * table do not serve: it calls commands read-only when it is not known whether they are (EVAL, CLIENT), when one of
 * several keys is only read (BITOP, ZUNIONSTORE), and has no flag for blocking.
 *
 * @see <a href="https://redis.io/docs/latest/commands/">Redis commands</a>
 */
final class CommandTable {

    private static final String READS = """
            bitcount bitfield_ro bitpos dbsize dump echo evalsha_ro eval_ro exists expiretime fcall_ro geodist geohash
            geopos georadiusbymember_ro georadius_ro geosearch get getbit getrange hexists hget hgetall hkeys hlen hmget
            hrandfield hscan hstrlen hvals info keys lastsave lcs lindex llen lolwut lpos lrange mget object pexpiretime
            pfcount ping pttl pubsub randomkey role scan scard sdiff sinter sintercard sismember smembers smismember
            sort_ro srandmember sscan strlen substr sunion time touch ttl type xinfo xlen xpending xrange xrevrange zcard
            zcount zdiff zinter zintercard zlexcount zmscore zrandmember zrange zrangebylex zrangebyscore zrank zrevrange
            zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion
            bf.card bf.exists bf.info bf.mexists cf.count cf.exists cf.info cf.mexists cms.info cms.query
            ft.explain ft.explaincli ft.get ft.info ft.mget ft.search ft.spellcheck ft.sugget ft.suglen ft.syndump
            ft.tagvals ft._list ft.dictdump graph.explain graph.list graph.ro_query graph.slowlog
            json.arrindex json.arrlen json.get json.mget json.objkeys json.objlen json.resp json.strlen json.type
            tdigest.byrank tdigest.byrevrank tdigest.cdf tdigest.info tdigest.max tdigest.min tdigest.quantile
            tdigest.rank tdigest.revrank tdigest.trimmed_mean topk.count topk.info topk.list topk.query
            ts.get ts.info ts.mget ts.mrange ts.mrevrange ts.queryindex ts.range ts.revrange
            digest hexpiretime hpexpiretime hpttl httl vcard vdim vemb vgetattr vinfo vismember vlinks vrandmember vrange vsim
            """;

    private static final String WRITES = """
            acl append bgrewriteaof bgsave bitfield bitop cluster command config copy decr decrby del eval evalsha
            expire expireat failover fcall flushall flushdb function geoadd georadius georadiusbymember geosearchstore
            getdel getex getset hdel hincrby hincrbyfloat hmset hset hsetnx incr incrby incrbyfloat latency linsert lmove
            lmpop lpop lpush lpushx lrem lset ltrim memory migrate module move mset msetnx persist pexpire pexpireat pfadd
            pfdebug pfmerge pfselftest psetex publish rename renamenx replicaof restore restore-asking rpop rpoplpush rpush
            rpushx sadd save sdiffstore sentinel set setbit setex setnx setrange sinterstore slaveof slowlog smove
            sort spop spublish srem sunionstore swapdb unlink xack xadd xautoclaim xclaim xdel xgroup xsetid xtrim zadd
            zdiffstore zincrby zinterstore zmpop zpopmax zpopmin zrangestore zrem zremrangebylex zremrangebyrank
            zremrangebyscore zunionstore
            bf.add bf.debug bf.insert bf.loadchunk bf.madd bf.reserve bf.scandump cf.add cf.addnx cf.compact cf.debug cf.del
            cf.insert cf.insertnx cf.loadchunk cf.reserve cf.scandump cms.incrby cms.initbydim cms.initbyprob cms.merge
            ft.add ft.aggregate ft.aliasadd ft.aliasdel ft.aliasupdate ft.alter ft.config ft.create ft.cursor ft.debug
            ft.del ft.dictadd ft.dictdel ft.drop ft.dropindex ft.profile ft.safeadd ft.sugadd ft.sugdel ft.synadd
            ft.synupdate ft._aliasaddifnx ft._aliasdelifx ft._alterifnx ft._createifnx ft._dropifx ft._dropindexifx
            graph.bulk graph.config graph.debug graph.delete graph.profile graph.query
            json.arrappend json.arrinsert json.arrpop json.arrtrim json.clear json.debug json.del json.forget
            json.numincrby json.nummultby json.numpowby json.set json.strappend json.toggle
            tdigest.add tdigest.create tdigest.merge tdigest.reset timeseries.clusterset timeseries.clustersetfromshard
            timeseries.hello timeseries.infocluster timeseries.innercommunication timeseries.networktest
            timeseries.refreshcluster topk.add topk.incrby topk.reserve
            ts.add ts.alter ts.create ts.createrule ts.decrby ts.del ts.deleterule ts.incrby ts.madd
            commandlog delex delifeq ft.hybrid hexpire hexpireat hgetdel hgetex hotkeys hpersist hpexpire hpexpireat hsetex
            json.merge json.mset msetex search.clusterinfo search.clusterrefresh search.clusterset trimslots vadd vrem
            vsetattr xackdel xcfgset xdelex xidmprecord
            """;

    private static final String BLOCKING = "blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin";
    private static final String WAIT = "wait waitaof";

    private static final String CONNECTION_STATE = """
            asking auth debug hello monitor psync quit readonly readwrite replconf reset select shutdown sync
            """;

    private static final String TRANSACTION = "discard exec multi unwatch watch";

    private static final String SUBSCRIPTION = "psubscribe punsubscribe ssubscribe subscribe sunsubscribe unsubscribe";

    private static final Map<String, CommandKind> KINDS = new HashMap<>();
    private static final Map<String, CommandSpec> BY_NAME = new HashMap<>();
    /**
     * Vert.x has one object per command that it knows, which spares the hot path hashing a name; with room, so that few
     * collide.
     */
    private static final Map<Command, CommandSpec> BY_COMMAND = new IdentityHashMap<>(4096);

    static {
        put(CommandKind.READ, READS);
        put(CommandKind.WRITE, WRITES);
        put(CommandKind.BLOCKING, BLOCKING);
        put(CommandKind.WAIT, WAIT);
        put(CommandKind.CONNECTION_STATE, CONNECTION_STATE);
        put(CommandKind.TRANSACTION, TRANSACTION);
        put(CommandKind.SUBSCRIPTION, SUBSCRIPTION);
        put(CommandKind.STREAM_READ, "xread");
        put(CommandKind.STREAM_READ_GROUP, "xreadgroup");
        put(CommandKind.CLIENT, "client");
        put(CommandKind.SCRIPT, "script");
        Set<String> names = new HashSet<>(KINDS.keySet());
        names.addAll(KeyTable.names());
        for (String name : names) {
            CommandSpec spec = spec(name, Command.create(name));
            BY_NAME.put(name, spec);
            BY_COMMAND.put(spec.command(), spec);
        }
    }

    private CommandTable() {
    }

    /** The entry of a command. One that nobody knows is taken for a write that does not block, as the stock client does. */
    static CommandSpec of(Command command) {
        CommandSpec spec = BY_COMMAND.get(command);
        return spec != null ? spec : byName(command);
    }

    private static CommandSpec byName(Command command) {
        String name = command.toString();
        CommandSpec spec = BY_NAME.get(name);
        // Messages name a command as its caller has spelt it.
        return spec != null ? spec : spec(name.toLowerCase(Locale.ROOT), command);
    }

    private static CommandSpec spec(String name, Command command) {
        return new CommandSpec(command, KINDS.getOrDefault(name, CommandKind.WRITE), SpecialCommand.of(name),
                KeyTable.touchedBy(name), placing(name));
    }

    /** Commands of the table that name no keys have none, but for those of modules, which we know less well. */
    private static KeyPositions placing(String name) {
        KeyPositions positions = KeyTable.placing(name);
        return !positions.areTold() && KINDS.containsKey(name) && name.indexOf('.') < 0 ? KeyPositions.NONE : positions;
    }

    /** Whether the table says something about the command, instead of assuming it. */
    static boolean knows(Command command) {
        return KINDS.containsKey(command.toString().toLowerCase(Locale.ROOT));
    }

    private static void put(CommandKind kind, String names) {
        for (String name : names.strip().split("\\s+")) {
            if (KINDS.put(name, kind) != null) {
                throw new IllegalStateException(name + " is in the table twice");
            }
        }
    }
}
