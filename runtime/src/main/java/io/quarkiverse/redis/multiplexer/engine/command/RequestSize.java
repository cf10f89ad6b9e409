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

    public static boolean isOversized(List<Request> requests) {
        return requests.stream().anyMatch(RequestSize::isOversized);
    }

    public static boolean isOversized(Request request) {
        return RequestAccess.arguments(request).size() >= MAX_ARGUMENTS || RespEncoder.encodedSize(request) > MAX_BYTES;
    }
}
