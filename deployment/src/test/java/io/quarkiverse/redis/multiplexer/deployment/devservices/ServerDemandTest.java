package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.deployment.config.MultiplexerBuildTimeConfig;
import io.quarkus.redis.deployment.client.RedisBuildTimeConfig;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/** Who starts a server, with configurations read the way a build reads them. */
class ServerDemandTest {

    private static final String MODE = "quarkus.redis-multiplexer.devservices.mode";
    private static final BooleanSupplier CONTAINERS = () -> true;
    private static final BooleanSupplier NO_CONTAINERS = () -> false;
    private static final BooleanSupplier NOT_ASKED = () -> fail("Looked for a container runtime");

    @Test
    void automaticallyAnEmbeddedServerStandsInForTheContainerRuntime() {
        assertTrue(isEmbedded(Map.of(), NO_CONTAINERS));
        assertFalse(isEmbedded(Map.of(), CONTAINERS));
        assertTrue(isContainerEnabled(Map.of()));
        assertTrue(isEmbedded(Map.of(MODE, "auto"), NO_CONTAINERS));
    }

    @Test
    void withoutATraceOfAContainerRuntimeNobodyIsAskedForOne() {
        for (Map<String, String> automatic : List.of(Map.<String, String> of(), Map.of(MODE, "auto"))) {
            SmallRyeConfig config = config(automatic, false);
            assertFalse(config.getConfigMapping(RedisBuildTimeConfig.class).clients().get("<default>").devservices().enabled());
            assertTrue(ServerDemand.isContainerDisabled(ClientKeys.DEFAULT, config));
            assertTrue(demand("<default>", config).isEmbedded(NO_CONTAINERS));
        }
        for (Map<String, String> other : List.of(Map.of(MODE, "container"), Map.of(MODE, "off"),
                Map.of("quarkus.redis-multiplexer.enabled", "false"))) {
            SmallRyeConfig config = config(other, false);
            assertTrue(config.getConfigMapping(RedisBuildTimeConfig.class).clients().get("<default>").devservices().enabled());
            assertFalse(ServerDemand.isContainerDisabled(ClientKeys.DEFAULT, config));
        }
        SmallRyeConfig disabled = config(Map.of("quarkus.redis.devservices.enabled", "false"), false);
        assertFalse(demand("<default>", disabled).isEmbedded(NOT_ASKED));
        assertFalse(ServerDemand.isContainerDisabled(ClientKeys.DEFAULT, disabled));
    }

    @Test
    void theInterceptorIsDiscovered() {
        assertTrue(ServiceLoader.load(ConfigSourceInterceptor.class).stream()
                .anyMatch(provider -> provider.type() == StockDevServiceInterceptor.class));
    }

    @Test
    void aClientThatIsNotActiveGetsNoServer() {
        assertFalse(isEmbedded(Map.of("quarkus.redis.active", "false"), NOT_ASKED));
        assertFalse(isEmbedded(Map.of(MODE, "embedded", "quarkus.redis.active", "false"), NOT_ASKED));
        assertTrue(isEmbedded(Map.of("quarkus.redis.active", "true"), NO_CONTAINERS));
        assertFalse(isEmbedded("named", Map.of(MODE, "embedded", "quarkus.redis.\"named\".active", "false"), NOT_ASKED));
        assertTrue(isEmbedded(Map.of(MODE, "embedded", "quarkus.redis.\"named\".active", "false"), NOT_ASKED));
    }

    @Test
    void whatOnlyAContainerCanHaveIsKnown() {
        assertTrue(unfollowed("<default>", Map.of("quarkus.redis.devservices.port", "7000")).isEmpty());
        assertEquals("quarkus.redis.devservices.image-name=redis/redis-stack:7.2, quarkus.redis.devservices.container-env.A,"
                + " quarkus.redis.devservices.container-env.B",
                unfollowed("<default>", Map.of("quarkus.redis.devservices.image-name", "redis/redis-stack:7.2",
                        "quarkus.redis.devservices.container-env.B", "secret", "quarkus.redis.devservices.container-env.A",
                        "1"))
                        .toString());
        assertEquals("quarkus.redis.named.devservices.image-name=valkey/valkey",
                unfollowed("named", Map.of("quarkus.redis.named.devservices.image-name", "valkey/valkey")).toString());
    }

    private static ContainerOnlyKeys unfollowed(String client, Map<String, String> properties) {
        return ContainerOnlyKeys.of(new ClientKeys(client),
                config(properties).getConfigMapping(RedisBuildTimeConfig.class).clients().get(client).devservices());
    }

    @Test
    void anEmbeddedServerKeepsTheContainerFromStarting() {
        Map<String, String> embedded = Map.of(MODE, "embedded");
        assertTrue(isEmbedded(embedded, NOT_ASKED));
        assertFalse(isContainerEnabled(embedded));
    }

    @Test
    void anEmbeddedServerKeepsEvenAnEnabledContainerFromStarting() {
        Map<String, String> embedded = Map.of(MODE, "embedded", "quarkus.redis.devservices.enabled", "true");
        assertTrue(isEmbedded(embedded, NOT_ASKED));
        assertFalse(isContainerEnabled(embedded));
    }

    @Test
    void theOtherModesLeaveItToTheContainer() {
        for (String mode : Set.of("container", "off")) {
            assertFalse(isEmbedded(Map.of(MODE, mode), NOT_ASKED));
            assertTrue(isContainerEnabled(Map.of(MODE, mode)));
        }
    }

    @Test
    void whatTheUserHasDisabledStaysDisabled() {
        for (String mode : Set.of("auto", "embedded")) {
            for (String no : Set.of("false", "no", "0")) {
                Map<String, String> disabled = Map.of(MODE, mode, "quarkus.redis.devservices.enabled", no);
                assertFalse(isEmbedded(disabled, NOT_ASKED));
                assertFalse(isContainerEnabled(disabled));
            }
        }
    }

    @Test
    void whatIsConfiguredToConnectSomewhereGetsNoServer() {
        assertFalse(isEmbedded(Map.of("quarkus.redis.hosts", "redis://elsewhere"), NOT_ASKED));
        assertFalse(isEmbedded(Map.of("quarkus.redis.hosts-provider-name", "provider"), NOT_ASKED));
        assertFalse(isEmbedded(Map.of(MODE, "embedded", "quarkus.redis.hosts", "redis://elsewhere"), NOT_ASKED));
        assertTrue(isEmbedded(Map.of("quarkus.redis.hosts", ""), NO_CONTAINERS));
        assertFalse(isEmbedded(Map.of(MODE, "embedded", "quarkus.redis.hosts[0]", "redis://elsewhere"), NOT_ASKED));
        assertFalse(isEmbedded("named", Map.of(MODE, "embedded", "quarkus.redis.\"named\".hosts[0]", "redis://elsewhere"),
                NOT_ASKED));
    }

    @Test
    void aDisabledExtensionLeavesTheContainerAlone() {
        assertTrue(isContainerEnabled(Map.of(MODE, "embedded", "quarkus.redis-multiplexer.enabled", "false")));
    }

    @Test
    void aNamedClientHasTheModeOfTheDefaultClientOrItsOwn() {
        String stock = "quarkus.redis.named.devservices.service-name";
        assertTrue(isEmbedded("named", Map.of(MODE, "embedded", stock, "x"), NOT_ASKED));
        assertFalse(isContainerEnabled("named", Map.of(MODE, "embedded", stock, "x")));

        Map<String, String> own = Map.of(MODE, "embedded", stock, "x",
                "quarkus.redis-multiplexer.named.devservices.mode", "container");
        assertFalse(isEmbedded("named", own, NOT_ASKED));
        assertTrue(isContainerEnabled("named", own));
        assertTrue(isEmbedded(own, NOT_ASKED));
        assertFalse(isContainerEnabled(own));
    }

    @Test
    void aNamedClientIsDisabledAndConnectedByItself() {
        Map<String, String> disabled = Map.of(MODE, "embedded", "quarkus.redis.named.devservices.enabled", "false");
        assertFalse(isEmbedded("named", disabled, NOT_ASKED));
        assertTrue(isEmbedded(disabled, NOT_ASKED));
        assertFalse(isEmbedded("named", Map.of("quarkus.redis.named.hosts", "redis://elsewhere"), NOT_ASKED));
    }

    @Test
    void aNameMayBeQuoted() {
        Map<String, String> quoted = Map.of("quarkus.redis-multiplexer.\"a.b\".devservices.mode", "embedded",
                "quarkus.redis.\"a.b\".devservices.enabled", "true");
        assertTrue(isEmbedded("a.b", quoted, NOT_ASKED));
        assertFalse(isContainerEnabled("a.b", quoted));
        assertFalse(isEmbedded("named", Map.of(MODE, "embedded", "quarkus.redis.\"named\".devservices.enabled", "false"),
                NOT_ASKED));
        assertFalse(isEmbedded("named", Map.of("quarkus.redis.\"named\".hosts", "redis://elsewhere"), NOT_ASKED));
    }

    @Test
    void theClientsAreTheDefaultOneAndThoseWhoseServersAreConfigured() {
        SmallRyeConfig config = config(Map.of("quarkus.redis.one.devservices.enabled", "true",
                "quarkus.redis-multiplexer.two.devservices.mode", "embedded",
                "quarkus.redis.three.timeout", "1s", "quarkus.redis-multiplexer.four.lanes", "1"));
        assertEquals(Set.of("<default>", "one", "two"), ServerDemand.clients(
                config.getConfigMapping(MultiplexerBuildTimeConfig.class),
                config.getConfigMapping(RedisBuildTimeConfig.class)));
    }

    @Test
    void theTypeOfTheClientIsItsOwn() {
        Map<String, String> both = Map.of("quarkus.redis.client-type", "Cluster", "quarkus.redis.\"a.b\".client-type",
                "cluster", "quarkus.redis.named.client-type", "sentinel");
        assertEquals(RedisClientType.CLUSTER, demand("<default>", both).type());
        assertEquals(RedisClientType.CLUSTER, demand("a.b", both).type());
        assertEquals(RedisClientType.SENTINEL, demand("named", both).type());
        assertEquals(RedisClientType.STANDALONE, demand("other", both).type());
        assertEquals(RedisClientType.STANDALONE, demand("<default>", Map.of("quarkus.redis.client-type", "none")).type());
    }

    @Test
    void thePrimaryIsAskedForByTheNameOfTheClient() {
        Map<String, String> names = Map.of("quarkus.redis.master-name", "orders", "quarkus.redis.\"a.b\".master-name", "carts");
        assertEquals("orders", demand("<default>", names).primaryName());
        assertEquals("carts", demand("a.b", names).primaryName());
        assertEquals(new RedisOptions().getMasterName(), demand("other", names).primaryName());
    }

    @Test
    void whoGetsAContainerInPlaceOfSeveralServersIsKnown() {
        Map<String, String> cluster = Map.of("quarkus.redis.client-type", "cluster");
        assertTrue(demand("<default>", cluster).isLackingInContainer(CONTAINERS));
        assertFalse(demand("<default>", cluster).isLackingInContainer(NO_CONTAINERS));
        for (String type : Set.of("sentinel", "replication")) {
            assertTrue(demand("<default>", Map.of("quarkus.redis.client-type", type)).isLackingInContainer(CONTAINERS));
        }
        assertFalse(demand("<default>", Map.of()).isLackingInContainer(NOT_ASKED));
        for (Map.Entry<String, String> other : Map.of(MODE, "embedded", "quarkus.redis.hosts", "redis://elsewhere",
                "quarkus.redis.devservices.enabled", "false").entrySet()) {
            Map<String, String> settled = Map.of("quarkus.redis.client-type", "cluster", other.getKey(), other.getValue());
            assertFalse(demand("<default>", settled).isLackingInContainer(NOT_ASKED), other.getKey());
        }
    }

    @Test
    void theModeMayDependOnTheProfile() {
        assertTrue(isEmbedded(Map.of(MODE, "off", "%dev." + MODE, "embedded"), NOT_ASKED));
        assertFalse(isContainerEnabled(Map.of(MODE, "off", "%dev." + MODE, "embedded")));
    }

    private static boolean isEmbedded(Map<String, String> properties, BooleanSupplier containerRuntime) {
        return isEmbedded("<default>", properties, containerRuntime);
    }

    private static boolean isEmbedded(String client, Map<String, String> properties, BooleanSupplier containerRuntime) {
        return demand(client, properties).isEmbedded(containerRuntime);
    }

    private static ServerDemand demand(String client, Map<String, String> properties) {
        return demand(client, config(properties));
    }

    private static ServerDemand demand(String client, SmallRyeConfig config) {
        return ServerDemand.of(new ClientKeys(client), config.getConfigMapping(MultiplexerBuildTimeConfig.class),
                config.getConfigMapping(RedisBuildTimeConfig.class), config);
    }

    /** What quarkus-redis-client sees. */
    private static boolean isContainerEnabled(Map<String, String> properties) {
        return isContainerEnabled("<default>", properties);
    }

    private static boolean isContainerEnabled(String client, Map<String, String> properties) {
        return config(properties).getConfigMapping(RedisBuildTimeConfig.class).clients().get(client).devservices().enabled();
    }

    private static SmallRyeConfig config(Map<String, String> properties) {
        return config(properties, true);
    }

    /** @param containers whether there are traces of a container runtime */
    private static SmallRyeConfig config(Map<String, String> properties, boolean containers) {
        return new SmallRyeConfigBuilder().addDefaultInterceptors()
                .withInterceptors(new StockDevServiceInterceptor(() -> containers)).withProfile("dev")
                .withMapping(MultiplexerBuildTimeConfig.class).withMapping(RedisBuildTimeConfig.class)
                .withMappingIgnore("quarkus.**").withSources(new PropertiesConfigSource(properties, "test", 100)).build();
    }
}
