package io.quarkiverse.redis.multiplexer.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkus.runtime.configuration.ConfigBuilder;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfigBuilder;

/**
 * What several keys must have in common. The configuration collects what is thrown while a key is read, of all keys and all
 * clients. So a start that fails lists a combination that makes no sense together with single values that are out of their
 * {@link Ranges}.
 */
public final class Combinations implements ConfigBuilder {

    private static final String REDIS = "quarkus.redis.";
    private static final String TIMEOUT = "timeout";
    private static final String COMMAND_TIMEOUT = "command-timeout";
    private static final String LONGEST_DELAY = "reconnect.max";
    private static final String FIRST_DELAY = "reconnect.initial";
    private static final String PROVIDER = "credentials-provider";

    /** The same, where there is no credentials provider. */
    public static final class WithoutCredentials implements ConfigBuilder {

        @Override
        public SmallRyeConfigBuilder configBuilder(SmallRyeConfigBuilder builder) {
            return builder.withInterceptors(telling(Combinations::missingProvider));
        }
    }

    /** What may be wrong about a key. */
    private interface Rule {

        /** @param others the other keys @param value of the key; {@code null} if it has none */
        Optional<String> problem(ConfigSourceInterceptorContext others, String key, ConfigValue value);
    }

    @Override
    public SmallRyeConfigBuilder configBuilder(SmallRyeConfigBuilder builder) {
        return builder.withInterceptors(telling(Combinations::delays), telling(Combinations::inheritedTimeout));
    }

    private static ConfigSourceInterceptor telling(Rule rule) {
        return (others, key) -> {
            ConfigValue value = others.proceed(key);
            rule.problem(others, key, value).ifPresent(problem -> {
                throw new IllegalArgumentException(problem);
            });
            return value;
        };
    }

    private static Optional<String> delays(ConfigSourceInterceptorContext others, String key, ConfigValue value) {
        return client(key, MultiplexerConfig.PREFIX, LONGEST_DELAY).flatMap(client -> {
            Optional<Duration> first = delay(others.proceed(MultiplexerConfig.PREFIX + client + FIRST_DELAY));
            Optional<Duration> longest = delay(value);
            return first.isPresent() && longest.isPresent()
                    ? problem(client, new MultiplexerOptions().setReconnectInitial(first.get()).setReconnectMax(longest.get()))
                    : Optional.empty();
        });
    }

    /** Looked at when the timeout of the Redis client is read: such a client may have no key of ours. */
    private static Optional<String> inheritedTimeout(ConfigSourceInterceptorContext others, String key, ConfigValue value) {
        return client(key, REDIS, TIMEOUT).filter(client -> isInherited(others, client))
                .flatMap(client -> read(value, DurationConverter::parseDuration)
                        .flatMap(timeout -> problem(client,
                                new MultiplexerOptions().setCommandTimeout(DefaultCommandTimeout.of(timeout)))))
                .map(problem -> problem + " (it is not configured; its default comes from " + key + ")");
    }

    private static boolean isInherited(ConfigSourceInterceptorContext others, String client) {
        String plain = client.replace("\"", "");
        String quoted = plain.isEmpty() ? "" : '"' + plain.substring(0, plain.length() - 1) + "\".";
        return Stream.of(plain, quoted).map(each -> MultiplexerConfig.PREFIX + each + COMMAND_TIMEOUT)
                .allMatch(each -> text(others.proceed(each)).isEmpty());
    }

    private static Optional<String> missingProvider(ConfigSourceInterceptorContext others, String key, ConfigValue value) {
        return client(key, MultiplexerConfig.PREFIX, PROVIDER).filter(client -> text(value).isPresent())
                .map(client -> key + " is set, but there is no credentials provider: add an extension that has one, or"
                        + " io.quarkus:quarkus-credentials and a bean of your own");
    }

    /** What a key has between the two: the name of the client and a dot, or nothing. Empty if it is another key. */
    private static Optional<String> client(String key, String prefix, String suffix) {
        int end = key.length() - suffix.length();
        return key.startsWith(prefix) && key.endsWith(suffix) && end >= prefix.length() && key.charAt(end - 1) == '.'
                ? Optional.of(key.substring(prefix.length(), end))
                : Optional.empty();
    }

    private static Optional<String> problem(String client, MultiplexerOptions options) {
        return options.problems().stream().findFirst().map(problem -> MultiplexerConfig.PREFIX + client + problem);
    }

    private static Optional<Duration> delay(ConfigValue value) {
        return read(value, new Ranges.Timeout()::convert);
    }

    /** Empty for what is told about its own key, when it is converted. */
    private static Optional<Duration> read(ConfigValue value, Function<String, Duration> reader) {
        try {
            return text(value).map(reader);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(ConfigValue value) {
        return Optional.ofNullable(value).map(ConfigValue::getValue).filter(text -> !text.isBlank());
    }
}
