package io.quarkiverse.redis.multiplexer.faults;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisServer;

/**
 * A proxy in front of each of some servers, with the server's own port at another address, which it puts into what the server
 * says. So a client that is told of proxies only finds those of all servers that it is led to, and what strikes a proxy strikes
 * neither replication nor what sentinels see.
 */
public final class ServerProxies implements AutoCloseable {

    /** Not where servers listen. */
    public static final String HOST = "127.0.0.2";
    private static final String SERVERS_HOST = "127.0.0.1";

    private final List<FaultProxy> proxies = new ArrayList<>();

    public ServerProxies(List<RedisServer> servers) {
        for (RedisServer server : servers) {
            FaultProxy proxy = new FaultProxy(new InetSocketAddress(HOST, server.port()), server.port());
            proxy.rename(SERVERS_HOST, HOST);
            proxies.add(proxy);
        }
    }

    /** In the order of the servers. */
    public List<String> urls() {
        return proxies.stream().map(proxy -> "redis://" + HOST + ":" + proxy.port()).toList();
    }

    FaultProxy of(int server) {
        return proxies.get(server);
    }

    /** Clients lose all connections, and get no new ones. */
    public void cutOff() {
        proxies.forEach(proxy -> {
            proxy.refuse(true);
            proxy.reset();
        });
    }

    /** Clients get connections again. */
    public void reconnect() {
        proxies.forEach(proxy -> proxy.refuse(false));
    }

    void thaw() {
        proxies.forEach(FaultProxy::thaw);
    }

    /** How many connections are open. */
    int open() {
        return proxies.stream().mapToInt(FaultProxy::open).sum();
    }

    @Override
    public void close() {
        proxies.forEach(FaultProxy::close);
    }
}
