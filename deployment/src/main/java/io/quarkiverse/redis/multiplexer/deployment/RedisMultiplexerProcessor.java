package io.quarkiverse.redis.multiplexer.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;

import org.jboss.jandex.DotName;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.deployment.config.MultiplexerBuildTimeConfig;
import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkiverse.redis.multiplexer.runtime.Combinations;
import io.quarkiverse.redis.multiplexer.runtime.MultiplexerRecorder;
import io.quarkus.arc.deployment.SyntheticBeanBuildItem;
import io.quarkus.arc.deployment.UnremovableBeanBuildItem;
import io.quarkus.bootstrap.classloading.QuarkusClassLoader;
import io.quarkus.builder.Version;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.deployment.builditem.BytecodeTransformerBuildItem;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.builditem.RunTimeConfigBuilderBuildItem;
import io.quarkus.deployment.builditem.ShutdownContextBuildItem;
import io.quarkus.redis.deployment.client.RequestedRedisClientBuildItem;
import io.quarkus.redis.runtime.client.RedisClientRecorder;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.quarkus.vertx.deployment.VertxBuildItem;

/** Puts the multiplexed client in the place of the stock one, and makes it injectable as what it is. */
@BuildSteps(onlyIf = MultiplexerBuildTimeConfig.Enabled.class)
class RedisMultiplexerProcessor {

    private static final String FEATURE = "redis-multiplexer";

    private static final DotName CREDENTIALS_PROVIDER = DotName.createSimple("io.quarkus.credentials.CredentialsProvider");

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
                        + Version.getVersion() + ": expected one call of Redis.createClient in " + factory
                        + ".create(String, ...), found " + calls
                        + ". Use a version of the extension for this Quarkus, or set quarkus.redis-multiplexer.enabled=false");
            }
        }
        return new BytecodeTransformerBuildItem(factory, (name, next) -> new ClientRedirection(next));
    }

    /** @param before nothing is produced: it has this recorded before quarkus-redis-client makes its clients */
    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    void startAndStop(MultiplexerRecorder recorder, VertxBuildItem vertx, ShutdownContextBuildItem shutdown,
            Optional<CommandTracerBuildItem> tracer, BuildProducer<RequestedRedisClientBuildItem> before) {
        recorder.start(tracer.map(CommandTracerBuildItem::tracer), shutdown);
    }

    @BuildStep
    void tellBadCombinations(BuildProducer<RunTimeConfigBuilderBuildItem> configurations) {
        configurations.produce(new RunTimeConfigBuilderBuildItem(Combinations.class));
        if (!QuarkusClassLoader.isClassPresentAtRuntime(CREDENTIALS_PROVIDER.toString())) {
            configurations.produce(new RunTimeConfigBuilderBuildItem(Combinations.WithoutCredentials.class));
        }
    }

    /** Of clients that are only looked up, the names are known to the running application alone. */
    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    void tellUnknownClients(MultiplexerRecorder recorder, MultiplexerBuildTimeConfig config, InjectedClientsBuildItem injected,
            List<RequestedRedisClientBuildItem> requests) {
        if (!injected.isLookedUp()) {
            recorder.tellUnknownClients(injected.with(requests), new TreeSet<>(config.clients().keySet()));
        }
    }

    /** They are looked up by those that need them, and injected nowhere. */
    @BuildStep
    UnremovableBeanBuildItem keepCredentialsProviders() {
        return UnremovableBeanBuildItem.beanTypes(CREDENTIALS_PROVIDER);
    }

    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    void beans(MultiplexerRecorder recorder, RedisClientRecorder stock, InjectedClientsBuildItem injected,
            List<RequestedRedisClientBuildItem> requests, BuildProducer<SyntheticBeanBuildItem> beans) {
        for (String name : injected.with(requests)) {
            SyntheticBeanBuildItem.ExtendedBeanConfigurator bean = SyntheticBeanBuildItem.configure(MultiplexedRedis.class)
                    .scope(ApplicationScoped.class)
                    .setRuntimeInit()
                    .unremovable()
                    .checkActive(stock.checkActive(name))
                    .supplier(recorder.client(name));
            if (ClientRegistry.DEFAULT_CLIENT.equals(name)) {
                bean.addQualifier(Default.class);
            } else {
                bean.addQualifier().annotation(ClientsProcessor.CLIENT_NAME).addValue("value", name).done();
            }
            beans.produce(bean.done());
        }
    }
}
