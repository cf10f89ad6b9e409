package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.List;

import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;

/**
 * Jedis with its pool: a connection to each thread that is just calling. All connections are made beforehand: while there are
 * some to be made, hundreds of virtual threads keep each other from it in commons-pool ({@code GenericObjectPool.create}), and
 * some never get their reply.
 */
final class JedisContestant implements Contestant {

    private static final int CONNECTIONS = 64;

    private final RedisClient client;

    JedisContestant(int port) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        client = RedisClient.builder().hostAndPort("localhost", port).poolConfig(pool).build();
        client.getPool().addObjects(CONNECTIONS);
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        throw new UnsupportedOperationException("Jedis blocks");
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        byte[] key = operation.keyBytes();
        switch (operation.kind()) {
            case GET:
                return () -> client.get(key).length;
            case SET:
                byte[] value = operation.valueBytes();
                return () -> {
                    client.set(key, value);
                    return 0;
                };
            case MGET:
                byte[][] keys = operation.keysBytes();
                return () -> length(client.mget(keys));
            case EVAL:
                byte[] script = Operation.bytes(Operation.SCRIPT);
                List<byte[]> keyList = List.of(key);
                return () -> ((byte[]) client.eval(script, keyList, List.of())).length;
            default:
                throw new IllegalArgumentException(operation.toString());
        }
    }

    private static int length(List<byte[]> values) {
        int sum = 0;
        for (byte[] value : values) {
            sum += value.length;
        }
        return sum;
    }

    @Override
    public void close() {
        client.close();
    }
}
