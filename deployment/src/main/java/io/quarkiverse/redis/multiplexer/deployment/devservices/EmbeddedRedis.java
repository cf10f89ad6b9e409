package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

import org.jboss.logging.Logger;

import io.quarkus.deployment.builditem.Startable;
import io.quarkus.redis.runtime.client.config.RedisConfig;

/**
 * The Dev Service of one client: a server process on the loopback interface that keeps nothing on disk, or several.
 * <p>
 * Quarkus starts it on one thread and closes it on another. By the time it is closed, the class loader of the deployment
 * modules may be closed too, so {@link #close()} must not be the first to use a class of this extension.
 */
final class EmbeddedRedis implements Startable {

    /** Under which everything about embedded servers is logged; what they log themselves, at DEBUG. */
    static final String LOG_CATEGORY = "io.quarkiverse.redis.multiplexer.devservices";

    private static final Logger LOG = Logger.getLogger(LOG_CATEGORY);
    private static final int ATTEMPTS = 3;

    private final ServerSettings settings;
    private final BinaryFinder finder;
    private final PublishedConfiguration hosts;
    private final List<TemporaryFolder> folders = new ArrayList<>();
    private final List<ServerProcess> processes = new ArrayList<>();
    private State state = State.CLOSED;
    private ServerBinary binary;
    private ServerPorts ports;

    /** A restart that fails leaves it open: it can be tried again. */
    private enum State {
        CLOSED,
        OPEN
    }

    /** @param launchMode the name of that of the application */
    EmbeddedRedis(ServerSettings settings, BinaryFinder finder, String launchMode) {
        this.settings = settings;
        this.finder = finder;
        this.hosts = new PublishedConfiguration(launchMode, settings.client().stockKey(RedisConfig.HOSTS));
    }

    /**
     * Starts it, and returns when it takes commands.
     *
     * @throws RuntimeException if it does not; it names the client and the key to change, and nothing is left behind
     */
    @Override
    public synchronized void start() {
        try {
            start(ATTEMPTS);
            state = State.OPEN;
        } catch (IOException e) {
            throw notStarted(e);
        }
    }

    private IllegalStateException notStarted(IOException e) {
        return new IllegalStateException("Dev Services could not start a " + settings.what() + " for "
                + settings.client().label() + (binary == null ? "" : " with " + binary) + ": check "
                + settings.key("arguments") + " and " + settings.key("binary") + ", or set " + settings.key("mode")
                + "=off and " + hosts.key() + ". The reason: " + e.getMessage(), e);
    }

    private void start(int attempts) throws IOException {
        ports = ServerPorts.of(settings);
        if (settings.port().isPresent()) {
            checkPorts();
        }
        try {
            run();
        } catch (IOException e) {
            if (attempts == 1 || settings.port().isPresent() || ports.taken().isEmpty()) {
                throw e;
            }
            LOG.debugf(e, "Somebody else was faster in using port %d; trying others", ports.taken().getAsInt());
            start(attempts - 1);
        }
    }

    private void checkPorts() {
        ports.taken().ifPresent(taken -> {
            throw settings.failure("port " + taken + (ports.bus().contains(taken) ? ", for the bus of the cluster," : "")
                    + " is taken; change " + settings.key("port") + ", or leave it (and "
                    + settings.client().stockKey("devservices.port") + ") out for "
                    + (isOne() ? "a free port" : "free ports"));
        });
    }

    private void run() throws IOException {
        try {
            for (int i = 0; i < settings.shape().servers(); i++) {
                folders.add(TemporaryFolder.create());
            }
            binary = finder.find(settings, folders.get(0).path());
            Optional<Watch> watch = settings.shape().watch(ports.servers());
            launch(watch.map(Watch::servers).orElse(ports.servers()),
                    (folder, port) -> ServerCommand.of(settings, binary, folder, port));
            settings.shape().form(ports.servers(), settings.password(), settings.startTimeout());
            if (watch.isPresent()) {
                launch(watch.get().sentinels(),
                        (folder, port) -> SentinelCommand.of(settings, binary, watch.get(), folder, port));
                ReplicationFormation.gather(watch.get(), settings.password(), settings.startTimeout());
            }
        } catch (IOException | RuntimeException e) {
            discard(e);
            throw e;
        }
    }

    /** What starts a process on a port, in a folder of its own. */
    private interface Command {

        List<String> of(Path folder, int port) throws IOException;
    }

    /** Starts one process for each port, and returns when all of them take commands. */
    private void launch(List<Integer> some, Command command) throws IOException {
        int launched = processes.size();
        for (int port : some) {
            Path folder = folders.get(processes.size()).path();
            String name = settings.client().label() + (isOne() ? "" : ", port " + port);
            processes.add(ServerProcess.launch(name, folder, command.of(folder, port)));
        }
        for (ServerProcess process : processes.subList(launched, processes.size())) {
            process.awaitReady(settings.startTimeout());
        }
    }

    private void discard(Exception reason) {
        try {
            end();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private void end() throws IOException {
        // Sentinels first, which would miss servers; then replicas: a primary waits for those that have not got all of its data.
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).stop();
        }
        processes.clear();
        for (TemporaryFolder folder : folders) {
            folder.delete();
        }
        folders.clear();
    }

    /**
     * Ends the servers and starts empty ones in their place, on the same ports. Returns when these take commands.
     *
     * @throws RuntimeException if they do not, or it has been closed
     */
    synchronized void restart() {
        if (state == State.CLOSED) {
            throw new IllegalStateException(
                    "The " + settings.what() + " for " + settings.client().label() + " has been closed");
        }
        try {
            end();
            run();
        } catch (IOException e) {
            throw notStarted(e);
        }
        LOG.infof("Restarted %s on %s for %s", what(), getConnectionInfo(), settings.client().label());
    }

    /** What is running; empty if it has been closed, or not been started. */
    synchronized Optional<EmbeddedServer> describe() {
        if (state == State.CLOSED) {
            return Optional.empty();
        }
        Map<String, String> configuration = new LinkedHashMap<>(settings.shown());
        String shown = withLogin(getConnectionInfo(), settings.password().map(password -> ServerSettings.HIDDEN));
        configuration.put(hosts.key(), shown);
        return Optional.of(new EmbeddedServer(settings.client().name(), binary.toString(), ports.servers(), shown,
                configuration));
    }

    /** @param unfollowed what is configured for a container only */
    synchronized void logStart(ContainerOnlyKeys unfollowed) {
        LOG.infof("Dev Services started %s on %s for %s", what(), getConnectionInfo(), settings.client().label());
        if (!unfollowed.isEmpty()) {
            LOG.warnf("The embedded server for %s is no container, and does not follow %s: it %s. For a container, start a"
                    + " container runtime; for another server, set %s.", settings.client().label(), unfollowed, modules(),
                    settings.key("binary"));
        }
    }

    /** What it says of its modules, which images such as redis-stack are chosen for. */
    private String modules() {
        try (ServerConnection connection = new ServerConnection(ports.servers().get(0), settings.password(),
                settings.startTimeout())) {
            if (connection.call("MODULE", "LIST") instanceof List<?> modules && !modules.isEmpty()) {
                return "has " + modules.size() + " modules";
            }
        } catch (IOException e) {
            LOG.debug("The server does not tell its modules", e);
        }
        return "has no modules (JSON, search, time series, Bloom filters and the like)";
    }

    private String what() {
        return settings.shape().parts().map(parts -> parts + " of ").orElse("") + binary;
    }

    private boolean isOne() {
        return settings.shape().parts().isEmpty();
    }

    /** What the client connects to, with the password that the servers require; of several, those that its type asks for. */
    String hosts() {
        return hosts(getConnectionInfo(), settings.password());
    }

    /** @param addresses host and port, or several with commas between them */
    static String hosts(String addresses, Optional<String> password) {
        return withLogin(addresses, password.map(EmbeddedRedis::encode));
    }

    private static String withLogin(String addresses, Optional<String> encoded) {
        String scheme = "redis://" + encoded.map(text -> ":" + text + "@").orElse("");
        return scheme + addresses.replace(",", "," + scheme);
    }

    private static String encode(String password) {
        // URLEncoder is for forms, in which a blank is a plus.
        return URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Host and port, or several with commas between them. Quarkus logs it, so it has no password. */
    @Override
    public synchronized String getConnectionInfo() {
        // A name may be that of another loopback address, where nobody listens.
        StringJoiner info = new StringJoiner(",");
        for (int port : settings.shape().hosts(ports.servers())) {
            info.add(LoopbackPort.ADDRESS + ':' + port);
        }
        return info.toString();
    }

    /** There is no container. */
    @Override
    public String getContainerId() {
        return null;
    }

    @Override
    public synchronized void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        hosts.withdraw(hosts());
        try {
            end();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete what the " + settings.what() + " has left", e);
        }
    }
}
