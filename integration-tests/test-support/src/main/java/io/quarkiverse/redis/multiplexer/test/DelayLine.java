package io.quarkiverse.redis.multiplexer.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A link to a server on which every byte is on its way for the same time in either direction, however many are: unlike a
 * proxy that sleeps between reading and writing, it takes up the next bytes while the ones before are on their way. All
 * connections share its bandwidth, in turns of one chunk.
 */
public final class DelayLine implements AutoCloseable {

    private static final int CHUNK = 16 * 1024;

    private final int target;
    private final long oneWayNanos;
    private final Wire up;
    private final Wire down;
    private final ServerSocket listener;

    private record Chunk(byte[] bytes, long due) {
    }

    /** One direction of the link, on which one byte comes after the other. */
    private static final class Wire {

        private final double nanosPerByte;
        private long free = System.nanoTime();

        Wire(long bytesPerSecond) {
            nanosPerByte = 1e9 / bytesPerSecond;
        }

        /** @return when the last byte has left, on the clock of {@link System#nanoTime()} */
        synchronized long transmit(int bytes) {
            free = Math.max(free, System.nanoTime()) + (long) (bytes * nanosPerByte);
            return free;
        }
    }

    /**
     * @param target the port of the server
     * @param bytesPerSecond in either direction
     */
    public DelayLine(int target, long oneWayNanos, long bytesPerSecond) throws IOException {
        this.up = new Wire(bytesPerSecond);
        this.down = new Wire(bytesPerSecond);
        this.target = target;
        this.oneWayNanos = oneWayNanos;
        this.listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String url() {
        return "redis://localhost:" + port();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            connect(client, server, up);
            connect(server, client, down);
        }
    }

    private void connect(Socket from, Socket to, Wire wire) {
        BlockingQueue<Chunk> onTheWay = new LinkedBlockingQueue<>();
        start(() -> receive(from.getInputStream(), wire, onTheWay));
        start(() -> {
            try (from; to) {
                deliver(onTheWay, to.getOutputStream());
            }
        });
    }

    private void receive(InputStream in, Wire wire, BlockingQueue<Chunk> onTheWay) throws IOException {
        byte[] buffer = new byte[CHUNK];
        try {
            for (int length; (length = in.read(buffer)) > 0;) {
                long left = wire.transmit(length);
                onTheWay.add(new Chunk(Arrays.copyOf(buffer, length), left + oneWayNanos));
                // Before that, it is another connection's turn.
                awaitMoment(left);
            }
        } finally {
            // Nothing comes after this.
            onTheWay.add(new Chunk(new byte[0], System.nanoTime()));
        }
    }

    private static void deliver(BlockingQueue<Chunk> onTheWay, OutputStream out) throws IOException, InterruptedException {
        for (Chunk chunk; (chunk = onTheWay.take()).bytes.length > 0;) {
            awaitMoment(chunk.due);
            out.write(chunk.bytes);
        }
    }

    private static void awaitMoment(long moment) {
        for (long left; (left = moment - System.nanoTime()) > 0;) {
            LockSupport.parkNanos(left);
        }
    }

    private interface Task {

        void run() throws IOException, InterruptedException;
    }

    private static void start(Task task) {
        DaemonThread.start("delay-line", () -> {
            try {
                task.run();
            } catch (IOException e) {
                // One side has ended the connection, or the line is closed.
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
