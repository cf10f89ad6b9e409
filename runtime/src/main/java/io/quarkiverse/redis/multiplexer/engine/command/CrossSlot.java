package io.quarkiverse.redis.multiplexer.engine.command;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.impl.types.ErrorType;

/** Finds the keys for which a command cannot be sent to a cluster: the first one, and the first one in another slot. */
public final class CrossSlot implements KeyPositions.Fold {

    private static final byte[] NO_KEY = {};

    private byte[] first = NO_KEY;
    private byte[] other = NO_KEY;

    private CrossSlot() {
    }

    /**
     * The error for a command with keys in several slots, of which nothing has been sent. As that of a server it begins with
     * {@code CROSSSLOT}, and tells the keys, but no values.
     *
     * @param subject the client, as messages name it
     * @param advice goes on from "..., so nothing was sent", or is empty
     */
    public static ErrorType error(String subject, PendingCommand asked, ServerCommands commands, String advice) {
        PendingCommand command = asked.encoded();
        CrossSlot keys = new CrossSlot();
        for (int part = 0; part < command.parts(); part++) {
            byte[] bytes = command.part(part);
            for (EncodedRequests requests = new EncodedRequests(bytes); requests.hasNext();) {
                int request = requests.next();
                commands.placing(specAt(bytes, request)).fold(bytes, request, Slot.NONE, keys);
            }
        }
        return ErrorType.create("CROSSSLOT " + subject + " sends nothing of " + command.name() + ": its keys "
                + keys.described() + " are in different slots of the cluster" + advice
                + ". Keys are in one slot if they have the same part in braces: {user1}:name and {user1}:age");
    }

    private static CommandSpec specAt(byte[] bytes, int request) {
        int header = EncodedRequests.behindHeader(bytes, request);
        String name = new String(bytes, EncodedRequests.behindHeader(bytes, header), EncodedRequests.numberAt(bytes, header),
                StandardCharsets.UTF_8);
        return CommandTable.of(Command.create(name));
    }

    private String described() {
        return Printable.key(first) + " (slot " + Slot.of(first, 0, first.length) + ") and " + Printable.key(other) + " (slot "
                + Slot.of(other, 0, other.length) + ")";
    }

    @Override
    public int add(int sum, byte[] bytes, int from, int to) {
        int slot = Slot.of(bytes, from, to);
        if (first == NO_KEY) {
            first = Arrays.copyOfRange(bytes, from, to);
        } else if (other == NO_KEY && slot != Slot.of(first, 0, first.length)) {
            other = Arrays.copyOfRange(bytes, from, to);
        }
        return sum;
    }
}
