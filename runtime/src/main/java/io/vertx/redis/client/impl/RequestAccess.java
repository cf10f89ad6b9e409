package io.vertx.redis.client.impl;

import java.util.List;

import io.vertx.redis.client.Request;

/**
 * The one door to what vertx-redis-client 4.5 keeps package-private: the encoded arguments of a {@link Request} and the
 * arity of its command. Everything that a Vert.x upgrade can break about requests is here.
 */
public final class RequestAccess {

    private RequestAccess() {
    }

    /**
     * The arguments as they go over the wire, without the command's name. An element is {@code null} where the caller
     * passed {@code null}. The list is the request's own: read only.
     */
    public static List<byte[]> arguments(Request request) {
        return ((RequestImpl) request).getArgs();
    }

    /** The name of the command, encoded as a RESP bulk string ({@code $3\r\nget\r\n}). The array is shared: read only. */
    public static byte[] encodedName(Request request) {
        return ((CommandImpl) request.command()).getBytes();
    }

    /** Whether the number of arguments fits the arity that the Redis command table gives for the command. */
    public static boolean hasValidArity(Request request) {
        return ((RequestImpl) request).valid();
    }
}
