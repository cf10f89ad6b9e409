package io.quarkiverse.redis.multiplexer.test;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The plainest client that can be (RESP2, blocking), so that what a test sees of the server owes nothing to the client that
 * it tests.
 */
public final class RespClient implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    public RespClient(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends a command and waits for its reply.
     *
     * @return a String, Long, List of these, or null
     * @throws IllegalStateException if the server answers an error
     */
    public Object call(String... words) {
        try {
            write(List.of(words));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return next();
    }

    /** The next reply, or message to a subscriber, when it is there. */
    public Object next() {
        try {
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends commands, ends its half of the connection, and gives all bytes that come. Nothing can be sent after it. */
    @SafeVarargs
    public final String callRaw(List<String>... commands) {
        try {
            for (List<String> command : commands) {
                write(command);
            }
            socket.shutdownOutput();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(List<String> words) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(("*" + words.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        socket.getOutputStream().write(out.toByteArray());
    }

    /** The connections that the server has, as lines of CLIENT LIST, without this one. */
    public List<String> connections() {
        String self = "id=" + call("CLIENT", "ID") + " ";
        return ((String) call("CLIENT", "LIST")).lines().filter(line -> !line.isBlank() && !line.startsWith(self)).toList();
    }

    private Object read() throws IOException {
        String line = readLine();
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+':
                return rest;
            case '-':
                throw new IllegalStateException(rest);
            case ':':
                return Long.parseLong(rest);
            case '$':
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    return null;
                }
                byte[] bytes = in.readNBytes(length);
                in.readNBytes(2);
                return new String(bytes, StandardCharsets.UTF_8);
            case '*':
                int count = Integer.parseInt(rest);
                List<Object> elements = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    elements.add(read());
                }
                return count < 0 ? null : elements;
            default:
                throw new IllegalStateException("Unexpected reply: " + line);
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next; (next = in.read()) != '\r';) {
            if (next < 0) {
                throw new IllegalStateException("The server closed the connection");
            }
            line.write(next);
        }
        in.read();
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
