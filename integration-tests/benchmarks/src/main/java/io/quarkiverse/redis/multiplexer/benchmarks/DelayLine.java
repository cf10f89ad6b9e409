package io.quarkiverse.redis.multiplexer.benchmarks;

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

import io.quarkiverse.redis.multiplexer.test.DaemonThread;

/**
 * A link to a server on which every byte is on its way for the same time in either direction, however many are: unlike a
 * proxy that sleeps between reading and writing, it takes up the next bytes while the ones before are on their way.
 */
final class DelayLine implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final int target;
    private final long oneWayNanos;
    private final ServerSocket listener;

    private record Chunk(byte[] bytes, long due) {
    }

    DelayLine(int target, long oneWayNanos) throws IOException {
        this.target = target;
        this.oneWayNanos = oneWayNanos;
        this.listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            connect(client, server);
            connect(server, client);
        }
    }

    private void connect(Socket from, Socket to) {
        BlockingQueue<Chunk> onTheWay = new LinkedBlockingQueue<>();
        start(() -> receive(from.getInputStream(), onTheWay));
        start(() -> {
            try (from; to) {
                deliver(onTheWay, to.getOutputStream());
            }
        });
    }

    private void receive(InputStream in, BlockingQueue<Chunk> onTheWay) throws IOException {
        byte[] buffer = new byte[CHUNK];
        try {
            for (int length; (length = in.read(buffer)) > 0;) {
                onTheWay.add(new Chunk(Arrays.copyOf(buffer, length), System.nanoTime() + oneWayNanos));
            }
        } finally {
            // Nothing comes after this.
            onTheWay.add(new Chunk(new byte[0], System.nanoTime()));
        }
    }

    private static void deliver(BlockingQueue<Chunk> onTheWay, OutputStream out) throws IOException, InterruptedException {
        for (Chunk chunk; (chunk = onTheWay.take()).bytes.length > 0;) {
            for (long left; (left = chunk.due - System.nanoTime()) > 0;) {
                LockSupport.parkNanos(left);
            }
            out.write(chunk.bytes);
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
