package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/** Requests that are too large to share a connection: the server may well refuse them by closing it. */
public final class RequestSize {

    /** The most that old servers take as one command; newer ones take more. */
    private static final int MAX_ARGUMENTS = 1024 * 1024;
    /** Half of what the server keeps of unread commands by default (client-query-buffer-limit). */
    private static final long MAX_BYTES = 512L * 1024 * 1024;

    private RequestSize() {
    }

    /** The number of bytes that the request has on the wire. */
    public static long of(Request request) {
        return RespEncoder.encodedSize(request);
    }

    /** Whether one of them is, or a transaction that is among them, as a whole: servers count what they have queued of it. */
    public static boolean isOversized(List<Request> requests) {
        boolean inTransaction = false;
        long queued = 0;
        for (int i = 0, n = requests.size(); i < n; i++) {
            Request request = requests.get(i);
            long size = of(request);
            StateEffect effect = StateEffect.of(request);
            inTransaction = effect == StateEffect.MULTI || inTransaction && !effect.endsTransaction();
            queued = inTransaction ? queued + size : 0;
            if (isOversized(request, size) || isOversized(queued)) {
                return true;
            }
        }
        return false;
    }

    /** Whether so many bytes are. */
    static boolean isOversized(long size) {
        return size > MAX_BYTES;
    }

    /** @param size {@linkplain #of of the request} */
    public static boolean isOversized(Request request, long size) {
        return isOversized(size) || RequestAccess.arguments(request).size() >= MAX_ARGUMENTS;
    }
}
