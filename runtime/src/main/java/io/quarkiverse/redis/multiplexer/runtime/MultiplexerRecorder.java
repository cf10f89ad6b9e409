package io.quarkiverse.redis.multiplexer.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.CommandTracer;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.ShutdownContext;
import io.quarkus.runtime.annotations.Recorder;
import io.vertx.redis.client.RedisOptions;

/** Begins and ends the clients' generations with the application. */
@Recorder
public class MultiplexerRecorder {

    private static final Logger LOG = Logger.getLogger(MultiplexerRecorder.class);

    private final RuntimeValue<MultiplexerConfig> config;
    private final RuntimeValue<RedisConfig> redisConfig;

    public MultiplexerRecorder(RuntimeValue<MultiplexerConfig> config, RuntimeValue<RedisConfig> redisConfig) {
        this.config = config;
        this.redisConfig = redisConfig;
    }

    /**
     * Recorded before quarkus-redis-client makes its clients.
     *
     * @param tracer makes the spans of commands, in the place of the tracer of Vert.x
     */
    public void start(Optional<RuntimeValue<CommandTracer>> tracer, ShutdownContext shutdown) {
        ExecutorService credentialsThreads = CredentialsQuestions.threads();
        ConfiguredOptions options = new ConfiguredOptions(config.getValue(), redisConfig.getValue(), credentialsThreads);
        CommandTracer commandTracer = tracer.map(RuntimeValue::getValue).orElse(CommandTracer.NONE);
        ClientRegistry.instance().begin(name -> options.of(name).setCommandTracer(commandTracer), this::complete);
        // After the application's own beans, which may use Redis until their very end; before Vert.x, which was started
        // before us and is therefore stopped after us.
        shutdown.addLastShutdownTask(() -> {
            stop();
            credentialsThreads.shutdownNow();
        });
    }

    /** The client as a bean. */
    public Supplier<MultiplexedRedis> client(String name) {
        return () -> ClientRegistry.instance().client(name);
    }

    /**
     * Tells what is configured for clients that the application does not have: most likely, their names are misspelled.
     *
     * @param known all clients of the application
     * @param builtFor the clients that are configured at build time
     */
    public void tellUnknownClients(Set<String> known, Set<String> builtFor) {
        Set<String> unknown = new TreeSet<>(config.getValue().clients().keySet());
        unknown.addAll(builtFor);
        unknown.removeAll(known);
        unknown.remove(ClientRegistry.DEFAULT_CLIENT);
        for (String name : unknown) {
            LOG.warnf("%s: there is no Redis client \"%s\" in this application, only %s. Clients have the names that"
                    + " @RedisClientName gives, or an extension asks for.", keysOf(name), name, known);
        }
    }

    /** What is configured of a named client, with commas between the keys. */
    private static String keysOf(String client) {
        String plain = MultiplexerConfig.PREFIX + client + '.';
        String quoted = MultiplexerConfig.PREFIX + '"' + client + "\".";
        return StreamSupport.stream(ConfigProvider.getConfig().getPropertyNames().spliterator(), false)
                .filter(key -> key.startsWith(plain) || key.startsWith(quoted)).distinct().sorted()
                .collect(Collectors.joining(", "));
    }

    private void stop() {
        // Those that are not configured have the default, and are not among those that are.
        Duration longest = ClientRegistry.instance().running().stream()
                .map(client -> config.getValue().clients().get(client.name()).shutdownTimeout())
                .max(Duration::compareTo).orElse(Duration.ZERO).plusSeconds(1);
        try {
            ClientRegistry.instance().end().toCompletionStage().toCompletableFuture().get(longest.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warnf("Redis clients did not end within %d ms", longest.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("Redis clients did not end cleanly", e.getCause());
        }
    }

    private void complete(RedisOptions options, String name) {
        new SocketDefaults(redisConfig.getValue()).applyTo(options.getNetClientOptions(), name);
        HostsOrder.applyTo(options, name);
    }
}
