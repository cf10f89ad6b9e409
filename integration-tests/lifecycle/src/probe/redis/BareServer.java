package io.quarkiverse.redis.multiplexer.showcase;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.eclipse.microprofile.config.ConfigProvider;

/** A server, asked past all clients. */
final class BareServer {

    private final String host;
    private final int port;

    private BareServer(URI url) {
        host = url.getHost();
        port = url.getPort();
    }

    /** Those of the default client. */
    static List<BareServer> ofConfiguration() {
        return of(ConfigProvider.getConfig().getValue("quarkus.redis.hosts", String.class));
    }

    /** @param hosts as for {@code quarkus.redis.hosts}; each server counts once */
    static List<BareServer> of(String hosts) {
        Map<String, BareServer> servers = new LinkedHashMap<>();
        for (String host : hosts.split(",")) {
            URI url = URI.create(host.strip());
            servers.put(url.getAuthority(), new BareServer(url));
        }
        return new ArrayList<>(servers.values());
    }

    /** @return everything that it answers */
    String ask(String command) {
        try (Socket socket = new Socket(host, port)) {
            OutputStream out = socket.getOutputStream();
            out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            // One that is paused does not run QUIT, but hangs up on who hangs up.
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
