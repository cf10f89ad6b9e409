package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection to an embedded server by RESP2 and a plain socket, for the commands that form a cluster: the build has no
 * event loop. Not thread-safe.
 */
final class ServerConnection implements AutoCloseable {

    private final int port;
    private final Socket socket = new Socket();
    private final InputStream in;

    /** @param patience how long the server may take to accept the connection, and for each reply */
    ServerConnection(int port, Optional<String> password, Duration patience) throws IOException {
        this.port = port;
        int millis = Math.toIntExact(patience.toMillis());
        try {
            socket.connect(new InetSocketAddress(LoopbackPort.ADDRESS, port), millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            if (password.isPresent()) {
                call("AUTH", password.get());
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A reply that is text. */
    String text(String... words) throws IOException {
        return String.valueOf(call(words));
    }

    /**
     * Sends a command and waits for its reply.
     *
     * @return a String, a Long, or a List of these
     * @throws ErrorReply if that is an error
     */
    Object call(String... words) throws IOException {
        return call(List.of(words));
    }

    Object call(List<String> words) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ascii("*" + words.size() + "\r\n"));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ascii("$" + bytes.length + "\r\n"));
            out.writeBytes(bytes);
            out.writeBytes(ascii("\r\n"));
        }
        socket.getOutputStream().write(out.toByteArray());
        // Without what follows it, which may be a password.
        return read(words.get(0));
    }

    private Object read(String command) throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> list(command, Integer.parseInt(rest));
            case '-' -> throw new ErrorReply("to " + command + ", the server on port " + port + " answers " + rest);
            default -> throw new IOException("the server on port " + port + " does not speak RESP");
        };
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return "";
        }
        byte[] bytes = in.readNBytes(length);
        line();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private List<Object> list(String command, int size) throws IOException {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(read(command));
        }
        return list;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next; (next = in.read()) != '\n';) {
            if (next < 0) {
                throw new EOFException("the server on port " + port + " has closed the connection");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A server has refused a command. */
    static final class ErrorReply extends IOException {

        private static final long serialVersionUID = 1;

        ErrorReply(String message) {
            super(message);
        }
    }
}
