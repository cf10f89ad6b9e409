package io.quarkiverse.redis.multiplexer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.SentinelAccess;
import io.quarkiverse.redis.multiplexer.runtime.MultiplexerConfig.ClientConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.runtime.annotations.ConfigGroup;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

/**
 * {@link MultiplexerOptions} and {@link MultiplexerConfig} have the same options, with the same defaults and the same ranges;
 * and what is configured gets from the one to the other.
 */
class ConfiguredOptionsTest {

    /** They have no keys: in Quarkus, the one fires events, and the other makes OpenTelemetry's spans. */
    private static final Set<String> OPTIONS_ONLY = Set.of("listener", "command-tracer");
    /** The one belongs to another key, the other to the readiness check, of which the engine knows nothing. */
    private static final Set<String> KEYS_ONLY = Set.of("credentials-provider-name", "health.timeout");
    /** It follows from that of the Redis client. */
    private static final String COMMAND_TIMEOUT = "command-timeout";

    private static final List<Duration> DURATIONS = List.of(Duration.ofMillis(-1), Duration.ZERO, Duration.ofNanos(999_999),
            Duration.ofMillis(1), MultiplexerOptions.LONGEST_TIMEOUT, MultiplexerOptions.LONGEST_TIMEOUT.plusMillis(1));
    private static final List<Integer> NUMBERS = List.of(-1, 0, 1, 65_535, 65_536, Integer.MAX_VALUE);

    @Test
    void everyOptionHasAKeyAndEveryKeyAnOption() {
        Set<String> options = new TreeSet<>(values(new MultiplexerOptions()).keySet());
        Set<String> keys = new TreeSet<>(keys().keySet());
        assertTrue(options.removeAll(OPTIONS_ONLY) && keys.removeAll(KEYS_ONLY));

        assertEquals(options, keys);
    }

    @Test
    void defaultsAreTheSame() {
        Map<String, Object> expected = values(new MultiplexerOptions());
        expected.put(COMMAND_TIMEOUT, DefaultCommandTimeout.of(Duration.ofSeconds(10)));
        expected.keySet().removeAll(OPTIONS_ONLY);
        Map<String, Object> configured = values(configured(Map.of()));
        configured.keySet().removeAll(OPTIONS_ONLY);

        assertEquals(expected, configured);
    }

    @Test
    void everythingThatIsConfiguredReachesTheClient() {
        Map<String, Object> defaults = values(configured(Map.of()));
        Map<String, String> others = new LinkedHashMap<>();
        keys().forEach((key, type) -> others.put(key, other(type, defaults.get(key))));
        Map<String, Object> configured = values(configured(others));

        assertEquals(Set.of(),
                configured.keySet().stream().filter(option -> !OPTIONS_ONLY.contains(option))
                        .filter(option -> Objects.equals(configured.get(option), defaults.get(option)))
                        .collect(Collectors.toSet()));
    }

    static Stream<String> keysWithRanges() {
        return keys().entrySet().stream().filter(key -> !KEYS_ONLY.contains(key.getKey()))
                .filter(key -> key.getValue() != boolean.class && key.getValue() != Boolean.class
                        && key.getValue() != String.class
                        && !key.getValue().isEnum())
                .map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("keysWithRanges")
    void rangesAreTheSame(String key) {
        List<?> values = keys().get(key) == Duration.class ? DURATIONS : NUMBERS;

        assertEquals(values.stream().filter(value -> isProblem(key, value)).toList(),
                values.stream().filter(value -> isRefused(key, value)).toList());
    }

    /** The limits of reconnecting are compared with each other, too. */
    private static Set<String> together(String key) {
        return key.startsWith("reconnect.") ? Set.of("reconnect.initial", "reconnect.max") : Set.of(key);
    }

    private static boolean isProblem(String key, Object value) {
        MultiplexerOptions options = new MultiplexerOptions();
        together(key).forEach(each -> set(options, each, value));
        return !options.problems().isEmpty();
    }

    private static boolean isRefused(String key, Object value) {
        try {
            configured(together(key).stream().collect(Collectors.toMap(each -> each, each -> value.toString())));
            return false;
        } catch (ConfigValidationException | IllegalArgumentException e) {
            return true;
        }
    }

    private static MultiplexerOptions configured(Map<String, String> properties) {
        Map<String, String> prefixed = new LinkedHashMap<>();
        properties.forEach((key, value) -> prefixed.put(MultiplexerConfig.PREFIX + key, value));
        SmallRyeConfig config = new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters()
                .withMapping(MultiplexerConfig.class).withMapping(RedisConfig.class).withMappingIgnore("quarkus.**")
                .withSources(new PropertiesConfigSource(prefixed, "test", 100)).build();
        return new ConfiguredOptions(config.getConfigMapping(MultiplexerConfig.class),
                config.getConfigMapping(RedisConfig.class), CredentialsQuestions.threads())
                .of(ClientRegistry.DEFAULT_CLIENT);
    }

    /** The keys of a client, with the type of their values. */
    private static Map<String, Class<?>> keys() {
        Map<String, Class<?>> keys = new TreeMap<>();
        collectKeys("", ClientConfig.class, keys);
        return keys;
    }

    private static void collectKeys(String prefix, Class<?> group, Map<String, Class<?>> keys) {
        for (Method method : group.getDeclaredMethods()) {
            String key = prefix + kebab(method.getName());
            if (method.getReturnType().isAnnotationPresent(ConfigGroup.class)) {
                collectKeys(key + '.', method.getReturnType(), keys);
            } else {
                keys.put(key, valueType(method.getGenericReturnType()));
            }
        }
    }

    private static Class<?> valueType(Type type) {
        return type instanceof ParameterizedType optional && optional.getRawType() == Optional.class
                ? (Class<?>) optional.getActualTypeArguments()[0]
                : (Class<?>) type;
    }

    /** What is no default. */
    private static String other(Class<?> type, Object value) {
        if (type == boolean.class || type == Boolean.class) {
            return String.valueOf(!Boolean.TRUE.equals(value));
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants()).filter(constant -> constant != value).findAny().orElseThrow()
                    .toString();
        }
        return type == Duration.class ? "77s" : type == MemorySize.class ? "77M" : type == String.class ? "other" : "77";
    }

    /** By their keys. */
    private static Map<String, Object> values(MultiplexerOptions options) {
        Map<String, Object> values = new TreeMap<>();
        for (Method method : MultiplexerOptions.class.getDeclaredMethods()) {
            if (method.getName().matches("(get|is)[A-Z].*")) {
                Object value = call(options, method);
                if (value instanceof SentinelAccess access) {
                    values.putAll(values(access));
                } else {
                    values.put(key(method.getName().replaceFirst("get|is", "")), value);
                }
            }
        }
        return values;
    }

    private static Map<String, Object> values(SentinelAccess access) {
        return Map.of("sentinel.username", access.username(), "sentinel.password", access.password(), "sentinel.tls",
                access.tls());
    }

    private static void set(MultiplexerOptions options, String key, Object value) {
        Method setter = Arrays.stream(MultiplexerOptions.class.getDeclaredMethods())
                .filter(method -> method.getName().startsWith("set") && key(method.getName().substring(3)).equals(key))
                .findAny().orElseThrow();
        boolean wide = setter.getParameterTypes()[0] == long.class;
        call(options, setter, wide ? ((Number) value).longValue() : value);
    }

    private static Object call(MultiplexerOptions options, Method method, Object... arguments) {
        try {
            return method.invoke(options, arguments);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static String key(String name) {
        return kebab(name).replaceFirst("^(reconnect|retry)-", "$1.");
    }

    private static String kebab(String name) {
        return name.replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase();
    }
}
