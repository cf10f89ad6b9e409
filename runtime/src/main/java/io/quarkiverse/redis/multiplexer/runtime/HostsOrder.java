package io.quarkiverse.redis.multiplexer.runtime;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.eclipse.microprofile.config.ConfigProvider;

import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.redis.client.RedisOptions;

/**
 * Puts the hosts of a client into the order in which they are written. To quarkus-redis-client they are a set, which has any
 * order; but the first one is the primary where the topology is static. What they have besides the server may not be as it is
 * written: quarkus-redis-client adds the name of the client, and customizers what they like.
 */
final class HostsOrder {

    private HostsOrder() {
    }

    static void applyTo(RedisOptions options, String client) {
        SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
        List<String> written = Stream
                .of(RedisConfig.getPropertyName(client, RedisConfig.HOSTS),
                        "quarkus.redis.\"" + client + "\"." + RedisConfig.HOSTS)
                .flatMap(key -> config.getOptionalValues(key, URI.class).stream()).findFirst().orElse(List.of()).stream()
                .map(URI::toString).toList();
        options.setEndpoints(sorted(options.getEndpoints(), written));
    }

    /** Those that are not written, because a bean gives them, keep their order. */
    static List<String> sorted(List<String> hosts, List<String> written) {
        List<String> servers = written.stream().map(HostsOrder::server).toList();
        List<String> sorted = new ArrayList<>(hosts);
        sorted.sort(Comparator.comparingInt(host -> place(servers.indexOf(server(host)), servers)));
        return sorted;
    }

    private static int place(int index, List<String> servers) {
        return index < 0 ? servers.size() : index;
    }

    /** Name and port, or the path of a Unix socket. */
    private static String server(String host) {
        try {
            URI uri = new URI(host.trim());
            String authority = uri.getAuthority();
            if (authority != null) {
                return authority.substring(authority.lastIndexOf('@') + 1);
            }
            return uri.isOpaque() ? host : uri.getPath();
        } catch (URISyntaxException e) {
            // Whoever connects says what is wrong with it.
            return host;
        }
    }
}
