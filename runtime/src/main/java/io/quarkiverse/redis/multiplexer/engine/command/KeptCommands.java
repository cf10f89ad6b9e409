package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * The commands of one transaction at a time that are kept, from MULTI on, as they are to be sent, and the bytes that are
 * reserved for them until then.
 * <p>
 * Not thread-safe.
 */
final class KeptCommands {

    /** Enough for a few small commands. */
    private static final int BLOCK_BYTES = 1536;

    private static final byte[] MULTI = RespEncoder.encode(Request.cmd(Command.MULTI));
    private static final CommandSpec EXEC = CommandSpec.of(Request.cmd(Command.EXEC));

    private final PendingBytes budget;
    /** Whether the place of a transaction is known by its keys only. */
    private final boolean placedByKeys;
    private List<CommandSpec> specs = List.of();
    private List<byte[]> parts = List.of();
    /** So much is reserved at once, as all event loops share one count, and not all of it has been used. */
    private long reserved;
    private long used;
    /** The first ones that tell where all of them should be sent. */
    private List<Request> placing = List.of();

    /** @param budget counts the bytes of the whole client */
    KeptCommands(PendingBytes budget, boolean placedByKeys) {
        this.budget = budget;
        this.placedByKeys = placedByKeys;
    }

    /** The first of a transaction is added next. */
    void begin() {
        specs = new ArrayList<>();
        parts = new ArrayList<>();
    }

    /** Adds what has become a command. @return whether there is room for its bytes; if not, it is not added */
    boolean add(PendingCommand command, List<Request> requests) {
        if (!reserve(command.bytes())) {
            return false;
        }
        for (int i = 0, n = requests.size(); i < n; i++) {
            specs.add(CommandSpec.of(requests.get(i)));
        }
        for (int i = 0, n = command.parts(); i < n; i++) {
            parts.add(command.part(i));
        }
        if (isUnplaced() && command.slot(ServerCommands.UNASKED) != Slot.NONE) {
            placing = requests;
        }
        return true;
    }

    /**
     * Adds a request of which no command is made.
     *
     * @param size {@linkplain RequestSize#of of the request}
     * @return whether there is room for its bytes; if not, it is not added
     */
    boolean add(CommandSpec spec, Request request, long size) {
        byte[] encoded = spec.command() == Command.MULTI ? MULTI : RespEncoder.encode(request, size);
        if (!reserve(PendingCommand.bytes(size))) {
            return false;
        }
        specs.add(spec);
        parts.add(encoded);
        if (isUnplaced() && Slot.and(Slot.NONE, ServerCommands.UNASKED.placing(spec), encoded, 0) != Slot.NONE) {
            placing = List.of(request);
        }
        return true;
    }

    private boolean reserve(long bytes) {
        long missing = used + bytes - reserved;
        if (missing > 0 && !reserveAtLeast(missing)) {
            return false;
        }
        used += bytes;
        return true;
    }

    private boolean reserveAtLeast(long bytes) {
        long block = Math.max(bytes, BLOCK_BYTES);
        if (budget.reserve(block)) {
            reserved += block;
            return true;
        }
        // There may be no more left than that.
        if (budget.reserve(bytes)) {
            reserved += bytes;
            return true;
        }
        return false;
    }

    private boolean isUnplaced() {
        return placedByKeys && placing.isEmpty();
    }

    /** What they are; this stays as it is when they are forgotten. */
    List<CommandSpec> specs() {
        return specs;
    }

    /** About what all of them take. */
    long bytes() {
        return used;
    }

    /** The requests by which the place of all is found. @param next those that come now */
    List<Request> placing(List<Request> next) {
        return placing.isEmpty() ? next : placing;
    }

    /** All of them, and EXEC, as one command. @param exec encoded */
    PendingCommand executed(byte[] exec, BlockCommand.Results results) {
        int count = specs.size();
        CommandSpec[] all = specs.toArray(new CommandSpec[count + 1]);
        all[count] = EXEC;
        byte[][] encoded = parts.toArray(new byte[parts.size() + 1][]);
        encoded[parts.size()] = exec;
        StateEffect[] effects = effects(all);
        effects[count] = StateEffect.EXEC;
        return new BlockCommand(all, effects, encoded, results);
    }

    /** Their beginning, as one command. @param count of them; either 1, for MULTI, or all */
    PendingCommand begun(int count, BlockCommand.Results results) {
        CommandSpec[] first = specs.subList(0, count).toArray(CommandSpec[]::new);
        List<byte[]> encoded = count == 1 ? parts.subList(0, 1) : parts;
        return new BlockCommand(first, effects(first), encoded.toArray(byte[][]::new), results);
    }

    /** Nothing that is kept has an effect on the connection but MULTI. */
    private static StateEffect[] effects(CommandSpec[] commands) {
        StateEffect[] effects = new StateEffect[commands.length];
        effects[0] = StateEffect.MULTI;
        for (int i = 1; i < effects.length; i++) {
            effects[i] = StateEffect.NONE;
        }
        return effects;
    }

    /** EXEC alone, as one command. @param exec encoded */
    static PendingCommand end(byte[] exec, BlockCommand.Results results) {
        return new BlockCommand(new CommandSpec[] { EXEC }, new StateEffect[] { StateEffect.EXEC }, new byte[][] { exec },
                results);
    }

    /** The bytes that are reserved, and so many more, are those of the command from now on, which is all that is left. */
    void handOver(long more, PendingCommand command) {
        budget.release(reserved + more - command.bytes());
        reserved = 0;
        command.countIn(budget);
        forget();
    }

    /** Forgets them, and gives back their bytes. */
    void forget() {
        budget.release(reserved);
        reserved = 0;
        used = 0;
        specs = List.of();
        parts = List.of();
        placing = List.of();
    }
}
