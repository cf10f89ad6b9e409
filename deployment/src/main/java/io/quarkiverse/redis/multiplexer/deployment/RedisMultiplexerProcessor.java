package io.quarkiverse.redis.multiplexer.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;

import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.DotName;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkiverse.redis.multiplexer.runtime.MultiplexerRecorder;
import io.quarkus.arc.deployment.BeanArchiveIndexBuildItem;
import io.quarkus.arc.deployment.BeanDiscoveryFinishedBuildItem;
import io.quarkus.arc.deployment.SyntheticBeanBuildItem;
import io.quarkus.arc.deployment.UnremovableBeanBuildItem;
import io.quarkus.arc.processor.InjectionPointInfo;
import io.quarkus.bootstrap.classloading.QuarkusClassLoader;
import io.quarkus.builder.Version;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.deployment.builditem.BytecodeTransformerBuildItem;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.builditem.ShutdownContextBuildItem;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.deployment.client.RequestedRedisClientBuildItem;
import io.quarkus.redis.runtime.client.RedisClientRecorder;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.quarkus.vertx.deployment.VertxBuildItem;

/** Puts the multiplexed client in the place of the stock one, and makes it injectable as what it is. */
@BuildSteps(onlyIf = MultiplexerBuildTimeConfig.Enabled.class)
class RedisMultiplexerProcessor {

    private static final String FEATURE = "redis-multiplexer";

    private static final DotName CREDENTIALS_PROVIDER = DotName.createSimple("io.quarkus.credentials.CredentialsProvider");
    private static final DotName CLIENT_NAME = DotName.createSimple(RedisClientName.class);
    private static final DotName MULTIPLEXED_REDIS = DotName.createSimple(MultiplexedRedis.class);
    private static final Set<DotName> STOCK_TYPES = Set.of(
            DotName.createSimple(io.vertx.redis.client.Redis.class),
            DotName.createSimple(io.vertx.redis.client.RedisAPI.class),
            DotName.createSimple(io.vertx.mutiny.redis.client.Redis.class),
            DotName.createSimple(io.vertx.mutiny.redis.client.RedisAPI.class));

    @BuildStep
    FeatureBuildItem feature() {
        return new FeatureBuildItem(FEATURE);
    }

    @BuildStep
    BytecodeTransformerBuildItem redirect() throws IOException {
        String factory = VertxRedisClientFactory.class.getName();
        try (InputStream classFile = Thread.currentThread().getContextClassLoader()
                .getResourceAsStream(factory.replace('.', '/') + ".class")) {
            int calls = classFile == null ? 0 : ClientRedirection.countCalls(classFile);
            if (calls != 1) {
                throw new IllegalStateException("The Redis Multiplexer does not fit quarkus-redis-client of Quarkus "
                        + Version.getVersion() + ": expected one call of Redis.createClient in " + factory + ", found " + calls
                        + ". Use a version of the extension for this Quarkus, or set quarkus.redis-multiplexer.enabled=false");
            }
        }
        return new BytecodeTransformerBuildItem(factory, (name, next) -> new ClientRedirection(next));
    }

    /**
     * Has quarkus-redis-client make the default client if only {@link MultiplexedRedis} is injected; it finds the named ones
     * by their annotation.
     */
    @BuildStep
    void requestDefaultClient(BeanDiscoveryFinishedBuildItem beans, BuildProducer<RequestedRedisClientBuildItem> requests) {
        boolean wanted = beans.getInjectionPoints().stream()
                .filter(point -> point.getRequiredType().name().equals(MULTIPLEXED_REDIS))
                .anyMatch(point -> point.hasDefaultedQualifier() || point.isProgrammaticLookup());
        if (wanted) {
            requests.produce(new RequestedRedisClientBuildItem(ClientRegistry.DEFAULT_CLIENT));
        }
    }

    /** @param before nothing is produced: it has this recorded before quarkus-redis-client makes its clients */
    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    void startAndStop(MultiplexerRecorder recorder, VertxBuildItem vertx, ShutdownContextBuildItem shutdown,
            BuildProducer<RequestedRedisClientBuildItem> before) {
        recorder.start(QuarkusClassLoader.isClassPresentAtRuntime(CREDENTIALS_PROVIDER.toString()), shutdown);
    }

    /** They are looked up by those that need them, and injected nowhere. */
    @BuildStep
    UnremovableBeanBuildItem keepCredentialsProviders() {
        return UnremovableBeanBuildItem.beanTypes(CREDENTIALS_PROVIDER);
    }

    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    void beans(MultiplexerRecorder recorder, RedisClientRecorder stock, List<RequestedRedisClientBuildItem> requests,
            BeanArchiveIndexBuildItem index, BeanDiscoveryFinishedBuildItem discovered,
            BuildProducer<SyntheticBeanBuildItem> beans) {
        for (String name : clientNames(requests, index, discovered)) {
            SyntheticBeanBuildItem.ExtendedBeanConfigurator bean = SyntheticBeanBuildItem.configure(MultiplexedRedis.class)
                    .scope(ApplicationScoped.class)
                    .setRuntimeInit()
                    .unremovable()
                    .checkActive(stock.checkActive(name))
                    .supplier(recorder.client(name));
            if (ClientRegistry.DEFAULT_CLIENT.equals(name)) {
                bean.addQualifier(Default.class);
            } else {
                bean.addQualifier().annotation(CLIENT_NAME).addValue("value", name).done();
            }
            beans.produce(bean.done());
        }
    }

    /** The clients that quarkus-redis-client makes. */
    private static Set<String> clientNames(List<RequestedRedisClientBuildItem> requests, BeanArchiveIndexBuildItem index,
            BeanDiscoveryFinishedBuildItem discovered) {
        Set<String> names = new TreeSet<>();
        requests.forEach(request -> names.add(request.name));
        for (AnnotationInstance annotation : index.getIndex().getAnnotations(CLIENT_NAME)) {
            names.add(annotation.value().asString());
        }
        if (discovered.getInjectionPoints().stream().filter(InjectionPointInfo::hasDefaultedQualifier)
                .anyMatch(point -> STOCK_TYPES.contains(point.getRequiredType().name()))) {
            names.add(ClientRegistry.DEFAULT_CLIENT);
        }
        return names;
    }
}
