package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** {@link Outbound}, driven by hand: a socket that takes what it is told to, and memory that runs out. */
class OutboundTest implements Outbound.Listener {

    private static final int LARGE = 5 * Outbound.MAX_BATCH_BYTES + 7;

    private final Socket socket = new Socket();
    private final ScarceMemory memory = new ScarceMemory();
    private final InFlight inFlight = new InFlight();
    private final List<PendingCommand> rejected = new ArrayList<>();
    private final List<Throwable> broken = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(socket, new ChannelInboundHandlerAdapter());
    private final Outbound outbound;
    private Throwable rejection;
    private int writable;
    private int made;

    OutboundTest() {
        channel.config().setAllocator(memory);
        outbound = new Outbound(channel.pipeline().lastContext(), inFlight, this, bytes -> {
        }, broken::add);
    }

    @Override
    public void onRejected(PendingCommand command, Throwable cause) {
        rejected.add(command);
        rejection = cause;
    }

    @Override
    public void onWritable() {
        writable++;
    }

    @AfterEach
    void nothingIsLeaked() {
        outbound.end();
        socket.takeAll();
        memory.made.forEach(buffer -> assertEquals(0, buffer.refCnt()));
    }

    @Test
    void smallCommandsGoOutInOneWrite() {
        List<PendingCommand> commands = List.of(command(10), command(20), command(30));
        commands.forEach(outbound::write);
        assertEquals(0, socket.writes);
        assertEquals(commands, inFlight.snapshot());

        outbound.flush();

        assertEquals(1, socket.writes);
        assertEquals(text(commands), socket.takeAll());
    }

    @Test
    void aBatchIsCutBeforeItGetsTooLarge() {
        for (int i = 0; i < 200; i++) {
            outbound.write(command(1000));
        }
        outbound.flush();

        assertTrue(socket.writes >= 4, socket.writes + " writes");
        assertTrue(memory.largest <= Outbound.MAX_BATCH_BYTES, memory.largest + " bytes");
        assertEquals(text(inFlight.snapshot()), socket.takeAll());
    }

    @Test
    void aLargeCommandIsWrittenInPiecesAsTheSocketTakesThem() {
        PendingCommand before = command(10);
        PendingCommand large = command(LARGE);
        socket.holding = true;
        outbound.write(before);
        outbound.write(large);

        assertFalse(outbound.isGathering());
        assertEquals(List.of(before, large), inFlight.snapshot());
        assertEquals(2, socket.held.size(), "The batch before it, and one piece");
        assertTrue(large.wasSent());
        PendingCommand behind = command(10);
        PendingCommand largeBehind = command(LARGE);
        PendingCommand last = command(10);
        List.of(behind, largeBehind, last).forEach(outbound::write);
        outbound.flush();
        assertFalse(behind.wasSent());
        assertEquals(3, outbound.waiting().size());

        while (!socket.held.isEmpty()) {
            socket.takeOne();
        }

        assertTrue(outbound.isGathering());
        assertEquals(List.of(before, large, behind, largeBehind, last), inFlight.snapshot());
        assertEquals(text(inFlight.snapshot()), socket.takeAll());
        assertEquals(1, writable);
        assertTrue(memory.largest <= Outbound.MAX_BATCH_BYTES);
    }

    /** As a lane does when the socket has become writable, which it tells while it is written to. */
    @Test
    void whatIsWrittenWhileTheSocketIsWrittenToKeepsItsPlace() {
        SplittableRandom random = new SplittableRandom(9);
        List<PendingCommand> order = new ArrayList<>();
        socket.onWrite = () -> {
            assertFalse(outbound.isGathering(), "it is being written to");
            if (order.size() < 3000) {
                PendingCommand nested = command(random.nextInt(8) == 0 ? LARGE : random.nextInt(30_000));
                order.add(nested);
                outbound.write(nested);
            }
        };
        for (int i = 0; i < 500; i++) {
            PendingCommand command = command(random.nextInt(5) == 0 ? LARGE : random.nextInt(30_000));
            order.add(command);
            outbound.write(command);
        }
        socket.onWrite = () -> {
        };
        outbound.flush();
        channel.runPendingTasks();

        assertTrue(order.equals(inFlight.snapshot()), "In flight in the same order");
        assertTrue(text(order).equals(socket.takeAll()), "On the wire in the same order");
    }

    /** While what has waited is written, the socket may become writable, and others write. */
    @Test
    void whatHasWaitedForALargeCommandIsNotOvertaken() {
        List<PendingCommand> order = new ArrayList<>();
        socket.holding = true;
        for (int i = 0; i < 100; i++) {
            order.add(command(i % 20 == 0 ? LARGE : 10_000));
            outbound.write(order.get(i));
        }
        outbound.flush();
        socket.onWrite = () -> {
            if (order.size() < 1000) {
                order.add(command(order.size() % 50 == 0 ? LARGE : 10_000));
                outbound.write(order.get(order.size() - 1));
            }
        };
        socket.holding = false;
        socket.takeOne();
        channel.runPendingTasks();
        outbound.flush();
        channel.runPendingTasks();

        assertTrue(order.size() > 200, () -> "" + order.size());
        assertTrue(order.equals(inFlight.snapshot()), "In flight in the same order");
        assertTrue(text(order).equals(socket.takeAll()), "On the wire in the same order");
        assertTrue(outbound.isGathering());
    }

    @Test
    void manyLargeCommandsThatHaveWaitedNeedNoDeepStack() {
        socket.holding = true;
        for (int i = 0; i < 5000; i++) {
            outbound.write(command(Outbound.MAX_BATCH_BYTES));
        }
        socket.holding = false;
        socket.takeOne();
        channel.runPendingTasks();

        assertEquals(5000, inFlight.size());
        assertEquals(text(inFlight.snapshot()), socket.takeAll());
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
    void whatFailsForWantOfMemoryFailsAloneAndNothingOfItIsSent(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<PendingCommand> all = new ArrayList<>();
        for (int turn = 0; turn < 300; turn++) {
            memory.failing = random.nextInt(3) == 0;
            memory.growing = random.nextInt(3) > 0;
            socket.holding = random.nextInt(4) == 0;
            for (int i = random.nextInt(10); i > 0; i--) {
                PendingCommand command = command(random.nextInt(8) == 0 ? random.nextInt(3 * Outbound.MAX_BATCH_BYTES)
                        : random.nextInt(500));
                all.add(command);
                outbound.write(command);
                memory.failing ^= random.nextInt(4) == 0;
            }
            outbound.flush();
            for (int i = random.nextInt(6); i > 0 && !socket.held.isEmpty(); i--) {
                socket.takeOne();
            }
        }
        memory.failing = false;
        while (!socket.held.isEmpty()) {
            socket.takeOne();
        }

        assertTrue(rejected.size() > 50 && rejected.size() < all.size() - 50, rejected.size() + " of " + all.size());
        rejected.forEach(command -> assertFalse(command.wasSent()));
        all.removeAll(rejected);
        assertEquals(all, inFlight.snapshot());
        assertEquals(text(all), socket.takeAll());
        assertEquals(List.of(), broken);
    }

    /** Its caller has been told that it was not sent, and may have sent it again. */
    @Test
    void whatHasFailedWhileItWaitedForALargeCommandIsNotSent() {
        socket.holding = true;
        PendingCommand large = command(LARGE);
        PendingCommand failed = command(10);
        PendingCommand largeFailed = command(LARGE);
        PendingCommand behind = command(10);
        List.of(large, failed, largeFailed, behind).forEach(outbound::write);
        failed.fail(new IllegalStateException("too late"));
        largeFailed.fail(new IllegalStateException("too late"));
        socket.holding = false;
        socket.takeOne();
        channel.runPendingTasks();

        assertEquals(List.of(large, behind), inFlight.snapshot());
        assertEquals(text(List.of(large, behind)), socket.takeAll());
        assertEquals(List.of(failed, largeFailed), rejected);
        assertFalse(failed.wasSent() || largeFailed.wasSent());
        assertTrue(outbound.isGathering());
    }

    @Test
    void atTheEndWhatHasNotBegunIsGivenBack() {
        socket.holding = true;
        PendingCommand large = command(LARGE);
        PendingCommand behind = command(10);
        outbound.write(large);
        outbound.write(behind);

        CommandQueue left = outbound.end();

        assertEquals(1, left.size());
        assertEquals(behind, left.peekFirst());
        assertEquals(List.of(large), inFlight.snapshot());
        outbound.write(command(1));
        outbound.flush();
        assertEquals(1, rejected.size());
        assertInstanceOf(ClosedChannelException.class, rejection);
    }

    @Test
    void aPieceThatTheSocketRefusesBreaksTheConnection() {
        socket.holding = true;
        outbound.write(command(LARGE));
        IOException refusal = new IOException("broken pipe");
        socket.refuse(refusal);

        assertEquals(List.of(refusal), broken);
        assertFalse(outbound.isGathering());
    }

    private PendingCommand command(int bytes) {
        byte[] value = new byte[bytes];
        new SplittableRandom(made).nextBytes(value);
        return new SingleCommand(Request.cmd(Command.SET).arg("key" + made++).arg(value), Promise.promise(),
                CommandReport.NONE);
    }

    private static String text(List<PendingCommand> commands) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        commands.forEach(command -> text.writeBytes(command.part(0)));
        return text.toString(StandardCharsets.ISO_8859_1);
    }

    private static final class Socket extends ChannelOutboundHandlerAdapter {

        private record Write(ByteBuf bytes, ChannelPromise promise) {
        }

        final Queue<Write> held = new ArrayDeque<>();
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        boolean holding;
        int writes;
        Runnable onWrite = () -> {
        };

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            writes++;
            held.add(new Write((ByteBuf) message, promise));
            onWrite.run();
            if (!holding) {
                while (!held.isEmpty()) {
                    takeOne();
                }
            }
        }

        void takeOne() {
            Write write = held.remove();
            byte[] bytes = new byte[write.bytes.readableBytes()];
            write.bytes.readBytes(bytes);
            taken.writeBytes(bytes);
            write.bytes.release();
            write.promise.trySuccess();
        }

        void refuse(Throwable cause) {
            Write write = held.remove();
            write.bytes.release();
            write.promise.tryFailure(cause);
        }

        String takeAll() {
            while (!held.isEmpty()) {
                takeOne();
            }
            String all = taken.toString(StandardCharsets.ISO_8859_1);
            taken.reset();
            return all;
        }
    }
}
