package io.quarkiverse.redis.multiplexer.engine.resp;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads back what {@link RespEncoder} has written: requests in one array, one behind the other. For questions that are
 * seldom asked about a request, so that nothing but its bytes has to be kept.
 */
public final class EncodedRequests {

    private static final int HASHED_BYTES = 256;

    private final byte[] bytes;
    private int position;

    /** @param bytes whole requests, as they were encoded */
    public EncodedRequests(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A hash of the first argument of a request, of which only the beginning is looked at if it is long; of the command's
     * name if it has no argument. Copies nothing.
     *
     * @param bytes one request, as it was encoded
     */
    public static int hashOfFirstArgument(byte[] bytes) {
        int header = behindHeader(bytes, 0);
        if (numberAt(bytes, 0) > 1) {
            header = behindString(bytes, header);
        }
        int length = numberAt(bytes, header);
        int start = behindHeader(bytes, header);
        int hash = length;
        for (int i = 0; i < Math.min(length, HASHED_BYTES); i++) {
            hash = 31 * hash + bytes[start + i];
        }
        return hash;
    }

    /** The number in a header: how many strings a request has, or how many bytes a string. @param header where it begins */
    public static int numberAt(byte[] bytes, int header) {
        int number = 0;
        for (int i = header + 1; bytes[i] != '\r'; i++) {
            number = 10 * number + bytes[i] - '0';
        }
        return number;
    }

    /** Where the content begins that a header belongs to. */
    public static int behindHeader(byte[] bytes, int header) {
        int end = header + 1;
        while (bytes[end] != '\r') {
            end++;
        }
        return end + 2;
    }

    /** Where the header of the next string, or request, begins. @param header of a string */
    public static int behindString(byte[] bytes, int header) {
        return behindHeader(bytes, header) + numberAt(bytes, header) + 2;
    }

    public boolean hasNext() {
        return position < bytes.length;
    }

    /** Passes over the next request. @return where its header begins */
    public int next() {
        int start = position;
        int strings = numberAt(bytes, start);
        position = behindHeader(bytes, start);
        for (int i = 0; i < strings; i++) {
            position = behindString(bytes, position);
        }
        return start;
    }

    /** The arguments of the next request, without the command's name. They are copied one by one, when they are asked for. */
    public List<byte[]> nextArguments() {
        int count = numberAt(bytes, position) - 1;
        position = behindString(bytes, behindHeader(bytes, position));
        int[] bounds = new int[2 * count];
        for (int i = 0; i < count; i++) {
            int start = behindHeader(bytes, position);
            bounds[2 * i] = start;
            bounds[2 * i + 1] = start + numberAt(bytes, position);
            position = bounds[2 * i + 1] + 2;
        }
        return new Arguments(bytes, bounds);
    }

    private static final class Arguments extends AbstractList<byte[]> {

        private final byte[] bytes;
        /** Where each argument starts and ends. */
        private final int[] bounds;

        Arguments(byte[] bytes, int[] bounds) {
            this.bytes = bytes;
            this.bounds = bounds;
        }

        @Override
        public byte[] get(int index) {
            return Arrays.copyOfRange(bytes, bounds[2 * index], bounds[2 * index + 1]);
        }

        @Override
        public int size() {
            return bounds.length / 2;
        }
    }
}
