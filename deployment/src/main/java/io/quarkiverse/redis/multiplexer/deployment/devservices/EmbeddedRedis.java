package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jboss.logging.Logger;

import io.quarkus.deployment.builditem.Startable;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * The Dev Service of one client: a server process on the loopback interface that keeps nothing on disk.
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
    private TemporaryFolder folder;
    private ServerBinary binary;
    private ServerProcess process;
    private int port;

    /** @param launchMode the name of that of the application */
    EmbeddedRedis(ServerSettings settings, BinaryFinder finder, String launchMode) {
        this.settings = settings;
        this.finder = finder;
        this.hosts = new PublishedConfiguration(launchMode, settings.client().stockKey(RedisConfig.HOSTS));
    }

    /**
     * Starts the server, and returns when it accepts connections.
     *
     * @throws RuntimeException if it does not; it names the client and the key to change, and nothing is left behind
     */
    @Override
    public synchronized void start() {
        checkPort();
        try {
            start(ATTEMPTS);
        } catch (IOException e) {
            throw notStarted(e);
        }
    }

    private IllegalStateException notStarted(IOException e) {
        return new IllegalStateException("Dev Services could not start a server for " + settings.client().label()
                + (binary == null ? "" : " with " + binary) + ": check " + settings.key("arguments") + " and "
                + settings.key("binary") + ", or set " + settings.key("mode") + "=off and "
                + hosts.key() + ". The reason: " + e.getMessage(), e);
    }

    private void checkPort() {
        settings.port().ifPresent(configured -> {
            if (LoopbackPort.isTaken(configured)) {
                throw new ConfigurationException("Dev Services cannot start a server for " + settings.client().label()
                        + ": port " + configured + " is taken; change " + settings.key("port")
                        + ", or leave it (and " + settings.client().stockKey("devservices.port") + ") out for a free port");
            }
        });
    }

    private void start(int attempts) throws IOException {
        port = settings.port().isPresent() ? settings.port().getAsInt() : LoopbackPort.free();
        try {
            run();
        } catch (IOException e) {
            if (attempts == 1 || settings.port().isPresent() || !LoopbackPort.isTaken(port)) {
                throw e;
            }
            LOG.debugf(e, "Somebody else was faster in using port %d; trying another", port);
            start(attempts - 1);
        }
    }

    private void run() throws IOException {
        folder = TemporaryFolder.create();
        try {
            binary = finder.find(settings, folder.path());
            process = ServerProcess.start(settings.client().label(), folder.path(), command(), settings.startTimeout());
        } catch (IOException | RuntimeException e) {
            discardFolder(e);
            throw e;
        }
    }

    /**
     * Ends the server and starts an empty one in its place, on the same port. Returns when that accepts connections.
     *
     * @throws RuntimeException if it does not, or has been closed
     */
    synchronized void restart() {
        if (process == null) {
            throw new IllegalStateException("The server for " + settings.client().label() + " has been closed");
        }
        process.stop();
        try {
            folder.delete();
            run();
        } catch (IOException e) {
            throw notStarted(e);
        }
        LOG.infof("Restarted %s on %s for %s", binary, getConnectionInfo(), settings.client().label());
    }

    /** What is running; empty if it has been closed, or not been started. */
    synchronized Optional<EmbeddedServer> describe() {
        if (process == null) {
            return Optional.empty();
        }
        Map<String, String> configuration = new LinkedHashMap<>(settings.shown());
        String url = url(settings.password().map(password -> ServerSettings.HIDDEN));
        configuration.put(hosts.key(), url);
        return Optional.of(new EmbeddedServer(settings.client().name(), binary.toString(), port, url, configuration));
    }

    private void discardFolder(Exception reason) {
        try {
            folder.delete();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private List<String> command() {
        // The last one of two equal options counts: so ours are defaults before the arguments, and fixed after them.
        List<String> command = new ArrayList<>(List.of(binary.executable().toString(), "--save", "", "--appendonly", "no",
                "--dir", folder.path().toString()));
        command.addAll(settings.arguments());
        command.addAll(List.of("--port", String.valueOf(port), "--bind", LoopbackPort.ADDRESS, "--daemonize", "no",
                "--loglevel", "notice", "--logfile", ""));
        return command;
    }

    void logStart() {
        LOG.infof("Dev Services started %s on %s for %s", binary, getConnectionInfo(), settings.client().label());
    }

    /** What the client connects to, with the password that the server requires. */
    String url() {
        return url(settings.password().map(EmbeddedRedis::encode));
    }

    private String url(Optional<String> password) {
        return "redis://" + password.map(text -> ":" + text + "@").orElse("") + getConnectionInfo();
    }

    private static String encode(String password) {
        // URLEncoder is for forms, in which a blank is a plus.
        return URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Host and port. Quarkus logs it, so it has no password. */
    @Override
    public synchronized String getConnectionInfo() {
        return "localhost:" + port;
    }

    /** There is no container. */
    @Override
    public String getContainerId() {
        return null;
    }

    @Override
    public synchronized void close() {
        if (process == null) {
            return;
        }
        process.stop();
        process = null;
        hosts.withdraw(url());
        try {
            folder.delete();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + folder.path(), e);
        }
    }
}
