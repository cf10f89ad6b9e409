package io.quarkiverse.redis.multiplexer.engine.topology;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;

/**
 * One request with keys in several slots as several requests with keys in one slot each. Keys that occur several times stay so,
 * and keep their order within their part.
 */
final class Split implements Merger {

    /** What is asked of one slot. */
    final class Part implements PartLabel {

        private final int slot;
        private final byte[] encoded;
        /** Those of the whole request that it has, in their order. */
        private final int[] groups;

        private Part(int slot, byte[] encoded, int[] groups) {
            this.slot = slot;
            this.encoded = encoded;
            this.groups = groups;
        }

        int slot() {
            return slot;
        }

        byte[] encoded() {
            return encoded;
        }

        @Override
        public List<Buffer> keys() {
            return Arrays.stream(groups).mapToObj(group -> Buffer.buffer(argument(keyOf(group)))).toList();
        }

        @Override
        public List<String> names() {
            return keys().stream().map(key -> Printable.key(key.getBytes())).toList();
        }
    }

    private static final byte[] NOTHING = {};

    private final byte[] whole;
    private final KeyGroups layout;
    /** Where the header of each argument begins, and where the last one ends. */
    private final int[] headers;
    private final int groups;
    private final List<Part> parts = new ArrayList<>();

    private Split(byte[] whole, KeyGroups layout) {
        this.whole = whole;
        this.layout = layout;
        int count = EncodedRequests.numberAt(whole, 0) - 1;
        this.headers = new int[count + 1];
        int header = EncodedRequests.behindHeader(whole, 0);
        for (int i = 0; i <= count; i++) {
            header = EncodedRequests.behindString(whole, header);
            headers[i] = header;
        }
        this.groups = layout.counted() ? Integer.parseInt(text(0))
                : (count - layout.before() - layout.behind()) / layout.size();
    }

    /**
     * @param request encoded
     * @return without parts if its last group is not complete
     */
    static Split of(byte[] request, KeyGroups layout) {
        Split split = new Split(request, layout);
        if (split.isComplete()) {
            split.divide();
        }
        return split;
    }

    private boolean isComplete() {
        int arguments = headers.length - 1;
        long needed = layout.before() + (long) groups * layout.size() + layout.behind();
        return layout.counted() ? arguments >= needed : arguments == needed;
    }

    private void divide() {
        long[] bySlot = new long[groups];
        for (int group = 0; group < groups; group++) {
            int header = headers[keyOf(group)];
            int from = EncodedRequests.behindHeader(whole, header);
            bySlot[group] = (long) Slot.of(whole, from, from + EncodedRequests.numberAt(whole, header)) << Integer.SIZE | group;
        }
        Arrays.sort(bySlot);
        for (int from = 0, to; from < groups; from = to) {
            int slot = slot(bySlot[from]);
            to = from + 1;
            while (to < groups && slot(bySlot[to]) == slot) {
                to++;
            }
            int[] members = new int[to - from];
            for (int i = from; i < to; i++) {
                members[i - from] = (int) bySlot[i];
            }
            parts.add(new Part(slot, encode(members), members));
        }
    }

    private static int slot(long slotAndGroup) {
        return (int) (slotAndGroup >>> Integer.SIZE);
    }

    private int keyOf(int group) {
        return layout.before() + group * layout.size();
    }

    private int afterGroups() {
        return keyOf(groups);
    }

    private byte[] encode(int[] members) {
        int strings = 1 + layout.before() + members.length * layout.size() + headers.length - 1 - afterGroups();
        int name = EncodedRequests.behindHeader(whole, 0);
        byte[] count = layout.counted() ? String.valueOf(members.length).getBytes(StandardCharsets.US_ASCII) : NOTHING;
        int size = RespEncoder.headerSize(strings) + headers[0] - name + whole.length - headers[afterGroups()]
                + (layout.counted() ? RespEncoder.headerSize(count.length) + count.length + 2 : 0);
        for (int member : members) {
            size += headers[keyOf(member + 1)] - headers[keyOf(member)];
        }
        byte[] request = new byte[size];
        int position = copy(whole, name, headers[0], request, RespEncoder.writeHeader('*', strings, request, 0));
        if (layout.counted()) {
            position = RespEncoder.writeHeader('$', count.length, request, position);
            position = copy(count, 0, count.length, request, position);
            request[position++] = '\r';
            request[position++] = '\n';
        }
        for (int member : members) {
            position = copy(whole, headers[keyOf(member)], headers[keyOf(member + 1)], request, position);
        }
        copy(whole, headers[afterGroups()], whole.length, request, position);
        return request;
    }

    private static int copy(byte[] from, int start, int end, byte[] to, int position) {
        System.arraycopy(from, start, to, position, end - start);
        return position + end - start;
    }

    /** Ordered by slot. */
    List<Part> parts() {
        return parts;
    }

    /** Whether one of the arguments behind all keys is one of these words, in whatever case. */
    boolean hasOption(List<String> words) {
        for (int i = afterGroups(); i < headers.length - 1; i++) {
            if (words.contains(text(i).toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    /** An argument that is a word or a number. */
    static String text(byte[] argument) {
        return new String(argument, StandardCharsets.ISO_8859_1);
    }

    private String text(int index) {
        return text(argument(index));
    }

    private byte[] argument(int index) {
        int from = EncodedRequests.behindHeader(whole, headers[index]);
        return Arrays.copyOfRange(whole, from, from + EncodedRequests.numberAt(whole, headers[index]));
    }

    @Override
    public Response merge(List<Response> replies) {
        return switch (layout.replies()) {
            case SUM -> Merge.SUM.merge(replies);
            case FIRST -> Merge.FIRST.merge(replies);
            case IN_ORDER -> inOrder(replies);
        };
    }

    private Response inOrder(List<Response> replies) {
        Response[] ordered = new Response[groups];
        for (int i = 0; i < parts.size(); i++) {
            int[] members = parts.get(i).groups;
            Response reply = replies.get(i);
            Merge.check(Merge.isArray(reply) && reply.size() == members.length);
            for (int j = 0; j < members.length; j++) {
                ordered[members[j]] = reply.get(j);
            }
        }
        return Merge.array(Arrays.asList(ordered));
    }
}
