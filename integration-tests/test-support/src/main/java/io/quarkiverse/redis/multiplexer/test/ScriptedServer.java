package io.quarkiverse.redis.multiplexer.test;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Answers what a test tells it to, for what a real server will not do: lie, be old, be silent. Each command is a list of
 * words, the first one in upper case; the answer is RESP, or {@code null} for silence, or {@link #HANG_UP}.
 */
public final class ScriptedServer implements AutoCloseable {

    /** The answer that closes the connection. */
    public static final String HANG_UP = "hang up";

    private final ServerSocket listener;
    private final BiFunction<List<String>, Consumer<String>, String> script;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Queue<List<String>> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();

    public ScriptedServer(Function<List<String>, String> script) {
        this((command, connection) -> script.apply(command));
    }

    /** @param script gets the connection on which a command came, too, always the same object, to send something there later */
    public ScriptedServer(BiFunction<List<String>, Consumer<String>, String> script) {
        this.script = script;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        DaemonThread.start("scripted-server", this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String url() {
        return "redis://localhost:" + port();
    }

    /** How many connections are open. */
    public int openConnections() {
        return open.get();
    }

    /** Every command so far. */
    public List<List<String>> received() {
        return List.copyOf(received);
    }

    /** Sends something that nobody has asked for on every connection. */
    public void push(String resp) {
        for (Socket socket : sockets) {
            send(socket, resp);
        }
    }

    private void send(Socket socket, String resp) {
        try {
            socket.getOutputStream().write(resp.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // That connection is gone.
            sockets.remove(socket);
        }
    }

    private void accept() {
        try {
            for (;;) {
                Socket socket = listener.accept();
                sockets.add(socket);
                open.incrementAndGet();
                DaemonThread.start("scripted-connection", () -> serve(socket));
            }
        } catch (IOException e) {
            // The listener was closed: the end.
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Consumer<String> connection = resp -> send(socket, resp);
            for (List<String> command; (command = readCommand(in)) != null;) {
                received.add(command);
                String answer = script.apply(command, connection);
                if (HANG_UP.equals(answer)) {
                    return;
                }
                if (answer != null) {
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        } catch (IOException e) {
            // The client is gone, as it may be.
            return;
        } finally {
            sockets.remove(socket);
            open.decrementAndGet();
        }
    }

    private static List<String> readCommand(InputStream in) throws IOException {
        String header = readLine(in);
        if (header == null) {
            return null;
        }
        List<String> words = new ArrayList<>();
        for (int count = Integer.parseInt(header.substring(1)); count > 0; count--) {
            int length = Integer.parseInt(readLine(in).substring(1));
            words.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
            in.readNBytes(2);
        }
        words.set(0, words.get(0).toUpperCase(Locale.ROOT));
        return words;
    }

    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next; (next = in.read()) != '\r';) {
            if (next < 0) {
                return null;
            }
            line.write(next);
        }
        in.read();
        return line.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
