package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.types.ErrorType;

/** Links that are opened, and answer, by hand. */
final class HandLinks implements Links {

    /** Somebody wants a link. */
    record Opening(NodeAddress address, LinkListener listener, Promise<Link> promise) {

        int port() {
            return address.socket().port();
        }

        HandLink accept() {
            HandLink link = new HandLink(address, listener);
            promise.complete(link);
            return link;
        }

        void refuse() {
            promise.fail(new ConnectException("Connection refused"));
        }
    }

    /** A question that has not been answered. */
    record Question(String text, Promise<Response> answer) {

        void tell(String wire) {
            answer.complete(ClusterByHand.decode(wire));
        }

        void refuse(String error) {
            answer.fail(ErrorType.create(error));
        }

        void fail() {
            answer.fail(new ConnectException("no answer"));
        }
    }

    static final class HandLink implements Link {

        final NodeAddress address;
        final LinkListener listener;
        final Deque<Question> questions = new ArrayDeque<>();
        final List<String> channels = new ArrayList<>();
        NodeRole role = NodeRole.UNKNOWN;
        /** What whoever wants to listen is told; nothing if that is allowed. */
        Throwable refusal;
        /** What every question throws; nothing if it can be asked. */
        Error thrown;
        boolean closed;

        HandLink(NodeAddress address, LinkListener listener) {
            this.address = address;
            this.listener = listener;
        }

        @Override
        public Future<Response> ask(Request request) {
            if (thrown != null) {
                throw thrown;
            }
            Promise<Response> answer = Promise.promise();
            String text = request.command() + " " + RequestAccess.arguments(request).stream().map(String::new)
                    .collect(Collectors.joining(" "));
            questions.add(new Question(text.trim().toUpperCase(), answer));
            return answer.future();
        }

        /** The next question, which must be this one. */
        Question asked(String text) {
            assertFalse(questions.isEmpty(), "nothing has been asked");
            assertEquals(text, questions.peek().text);
            return questions.remove();
        }

        @Override
        public Future<Void> listen(String channel) {
            channels.add(channel);
            return refusal == null ? Future.succeededFuture() : Future.failedFuture(refusal);
        }

        @Override
        public NodeRole role() {
            return role;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    final Deque<Opening> openings = new ArrayDeque<>();
    boolean closed;

    @Override
    public Future<Link> open(NodeAddress address, LinkListener listener) {
        Promise<Link> promise = Promise.promise();
        openings.add(new Opening(address, listener, promise));
        return promise.future();
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return Future.succeededFuture();
    }

    /** The next one that somebody wants, which must be to this port. */
    Opening to(int port) {
        assertFalse(openings.isEmpty(), "nobody wants a link");
        assertEquals(port, openings.peek().port());
        return openings.remove();
    }

    void assertNothingIsWanted() {
        assertEquals(List.of(), openings.stream().map(Opening::port).toList());
    }
}
