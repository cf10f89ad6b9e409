package io.quarkiverse.redis.multiplexer.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Stands between a client and a server on the loopback interface, and does to their connections what networks do: each
 * fault acts on the connections that there are when it is called, unless it says otherwise.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;
    /** BEL and CR: no start of a reply, no part of a number, and nothing in which a line or a bulk string can end. */
    private static final byte[] GARBAGE = "\u0007\r".repeat(512).getBytes(StandardCharsets.US_ASCII);

    private volatile int target;
    private final ServerSocket listener;
    private final Queue<Link> links = new ConcurrentLinkedQueue<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile long latencyNanos;
    private volatile boolean oneByteChunks;
    private volatile boolean refusing;
    private volatile Supplier<Renaming> renaming = () -> Renaming.NONE;

    /** @param target the port of the server */
    public FaultProxy(int target) {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), target);
    }

    /**
     * @param address where to listen: another one of the loopback interface, if the port is to be the server's own
     * @param target the port of the server
     */
    public FaultProxy(InetSocketAddress address, int target) {
        this.target = target;
        try {
            listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(address, 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        DaemonThread.start("fault-proxy", this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String url() {
        return "redis://localhost:" + port();
    }

    /** How many connections have been made through the proxy so far. */
    public int accepted() {
        return accepted.get();
    }

    /** How many connections are open. */
    public int open() {
        return links.size();
    }

    /** Ends every connection with a TCP reset. */
    public void reset() {
        links.forEach(link -> link.end(true));
    }

    /** Ends every connection as a server does that is stopped. */
    public void hangUp() {
        links.forEach(link -> link.end(false));
    }

    /** Which way bytes go. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    /** From now on nothing passes on the connections that there are, in either direction, though they stay open. */
    public void halfOpen() {
        links.forEach(link -> link.freeze(EnumSet.allOf(Direction.class)));
    }

    /** From now on nothing passes that way on the connections that there are; the other way everything does. */
    public void halfOpen(Direction direction) {
        links.forEach(link -> link.freeze(EnumSet.of(direction)));
    }

    /** Lets pass what half-open connections held back. */
    public void thaw() {
        links.forEach(link -> link.freeze(EnumSet.noneOf(Direction.class)));
    }

    /** Ends every half-open connection with a TCP reset. What it held back arrives nowhere. */
    public void resetHalfOpen() {
        links.stream().filter(Link::isFrozen).forEach(link -> link.end(true));
    }

    /** Passes on half of the next chunk from the server, then ends the connection. */
    public void truncate() {
        links.forEach(link -> link.truncating = true);
    }

    /**
     * Sends the client something that is not RESP, in the name of the server. Wherever it comes in, in the middle of a bulk
     * string shorter than it, too, it can be told from a reply.
     */
    public void garbage() {
        links.forEach(Link::garbage);
    }

    /** Delays every chunk of every connection, also of new ones, in both directions. */
    public void latency(long duration, TimeUnit unit) {
        latencyNanos = unit.toNanos(duration);
    }

    /** Passes on the bytes from the server one by one, also on new connections. */
    public void oneByteChunks(boolean on) {
        oneByteChunks = on;
    }

    /** New connections lead to another server from now on, as after a failover. */
    public void target(int port) {
        target = port;
    }

    /**
     * On new connections, whatever the server says has another name for a host, of the same length. So clients find the
     * proxies of the servers that it names, if they listen there, on the servers' own ports.
     */
    public void rename(String host, String other) {
        renaming = () -> new Renaming(host, other);
    }

    /** Closes new connections at once. */
    public void refuse(boolean on) {
        refusing = on;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                connect(client);
            } catch (IOException e) {
                // The listener was closed, or the client was gone before it was let in.
                continue;
            }
        }
    }

    private void connect(Socket client) throws IOException {
        if (refusing) {
            client.close();
            return;
        }
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            // There is no server: neither is there for the client.
            client.setSoLinger(true, 0);
            client.close();
            return;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Link link = new Link(client, server);
        links.add(link);
        DaemonThread.start("fault-proxy-up", () -> link.pump(client, server, Direction.TO_SERVER));
        DaemonThread.start("fault-proxy-down", () -> link.pump(server, client, Direction.TO_CLIENT));
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hangUp();
    }

    /** The two sockets of one connection. */
    private final class Link {

        private final Socket client;
        private final Socket server;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private Set<Direction> frozen = EnumSet.noneOf(Direction.class);
        private boolean ended;
        private volatile boolean truncating;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pump(Socket from, Socket to, Direction direction) {
            boolean fromServer = direction == Direction.TO_CLIENT;
            Renaming names = fromServer ? renaming.get() : Renaming.NONE;
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] chunk = new byte[CHUNK];
                for (int length; (length = in.read(chunk)) >= 0;) {
                    names.apply(chunk, length);
                    delay();
                    if (!awaitThaw(direction)) {
                        break;
                    }
                    if (fromServer && truncating) {
                        out.write(chunk, 0, length / 2);
                        break;
                    }
                    if (fromServer && oneByteChunks) {
                        for (int i = 0; i < length; i++) {
                            out.write(chunk, i, 1);
                        }
                    } else {
                        out.write(chunk, 0, length);
                    }
                }
            } catch (IOException e) {
                // One of the two ended the connection; the other one hears of it below.
            } finally {
                // Not even the end passes a frozen connection.
                awaitThaw(direction);
                end(false);
            }
        }

        private void delay() {
            if (latencyNanos > 0) {
                long end = System.nanoTime() + latencyNanos;
                for (long left; (left = end - System.nanoTime()) > 0;) {
                    LockSupport.parkNanos(left);
                }
            }
        }

        /** @return {@code false} if the link has ended: what was held back is lost with it */
        private boolean awaitThaw(Direction direction) {
            lock.lock();
            try {
                while (frozen.contains(direction) && !ended) {
                    changed.awaitUninterruptibly();
                }
                return !ended;
            } finally {
                lock.unlock();
            }
        }

        void freeze(Set<Direction> directions) {
            lock.lock();
            try {
                frozen = directions;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        boolean isFrozen() {
            lock.lock();
            try {
                return !frozen.isEmpty();
            } finally {
                lock.unlock();
            }
        }

        void garbage() {
            try {
                client.getOutputStream().write(GARBAGE);
            } catch (IOException e) {
                end(false);
            }
        }

        void end(boolean reset) {
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            links.remove(this);
            for (Socket socket : new Socket[] { client, server }) {
                try {
                    if (reset) {
                        socket.setSoLinger(true, 0);
                    }
                    socket.close();
                } catch (IOException e) {
                    // Closed already.
                    continue;
                }
            }
        }
    }
}
