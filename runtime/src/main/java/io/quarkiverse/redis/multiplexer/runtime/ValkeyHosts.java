package io.quarkiverse.redis.multiplexer.runtime;

import java.util.regex.Pattern;

import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

/**
 * Shows {@code valkey[s]://} hosts to quarkus-redis-client as what it knows, so that it finds out by itself whether to use TLS
 * (<a href="https://github.com/quarkusio/quarkus/issues/53525">quarkusio/quarkus#53525</a>).
 */
public final class ValkeyHosts implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final String PREFIX = "quarkus.redis.";
    /** What follows the prefix: of the default client or a named one, with commas or with one key for each host. */
    private static final Pattern HOSTS = Pattern.compile("(.+\\.)?" + RedisConfig.HOSTS + "(\\[\\d+])?");
    private static final Pattern SCHEME = Pattern.compile("(?<=^|,)(\\s*)valkey(s?):");

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        boolean hosts = name.startsWith(PREFIX) && HOSTS.matcher(name.substring(PREFIX.length())).matches();
        if (!hosts || value == null || value.getValue() == null) {
            return value;
        }
        return value.withValue(SCHEME.matcher(value.getValue()).replaceAll("$1redis$2:"));
    }
}
