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
        EncodedRequests request = new EncodedRequests(bytes);
        int count = request.readNumber();
        int length = request.readNumber();
        if (count > 1) {
            request.position += length + 2;
            length = request.readNumber();
        }
        int hash = length;
        for (int i = 0; i < Math.min(length, HASHED_BYTES); i++) {
            hash = 31 * hash + bytes[request.position + i];
        }
        return hash;
    }

    public boolean hasNext() {
        return position < bytes.length;
    }

    /** The arguments of the next request, without the command's name. They are copied one by one, when they are asked for. */
    public List<byte[]> nextArguments() {
        int count = readNumber() - 1;
        int nameLength = readNumber();
        position += nameLength + 2;
        int[] bounds = new int[2 * count];
        for (int i = 0; i < count; i++) {
            int length = readNumber();
            bounds[2 * i] = position;
            bounds[2 * i + 1] = position + length;
            position += length + 2;
        }
        return new Arguments(bytes, bounds);
    }

    /** The number in a header, behind whose line end the position is afterwards. */
    private int readNumber() {
        int number = 0;
        for (position++; bytes[position] != '\r'; position++) {
            number = 10 * number + bytes[position] - '0';
        }
        position += 2;
        return number;
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
