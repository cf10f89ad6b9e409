package io.quarkiverse.redis.multiplexer.engine.dedicated;

import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The marking of the place of one WAIT among the writes, which comes before WAIT itself.
 *
 * <pre>
 * WANTED   the marker is to be written
 * ASKED    it is on its way
 * DONE     the server has accepted it
 * REFUSED  there is none that the server accepts
 * </pre>
 *
 * Not thread-safe.
 */
final class Marking {

    enum State {
        WANTED,
        ASKED,
        DONE,
        REFUSED
    }

    private final ReplicationMarker first;
    private State state = State.WANTED;
    private ReplicationMarker marker;
    private ErrorType refusal;

    /** @param first the marker to be tried first */
    Marking(ReplicationMarker first) {
        this.first = first;
        this.marker = first;
    }

    State state() {
        return state;
    }

    /** The request that is to be written now. */
    Request ask() {
        state = State.ASKED;
        return marker.request();
    }

    void answered(Response reply) {
        if (!(reply instanceof ErrorType error)) {
            state = State.DONE;
            return;
        }
        refusal = error;
        state = State.REFUSED;
        if (isAboutTheMarker()) {
            marker.next(error).ifPresent(next -> {
                marker = next;
                state = State.WANTED;
            });
        }
    }

    /** What the user may have to be allowed, as ACL SETUSER takes it. */
    String right() {
        return first.right();
    }

    ErrorType refusal() {
        return refusal;
    }

    /** Whether the server has refused the marker for what it is. WAIT would get other errors, too. */
    boolean isAboutTheMarker() {
        return ServerError.of(refusal) == ServerError.NOPERM || ServerError.of(refusal) == ServerError.ERR;
    }
}
