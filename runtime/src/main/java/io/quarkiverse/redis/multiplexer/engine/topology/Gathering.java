package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;

/**
 * Waits for all parts of a command, and then completes it: with the merged reply, or with one failure. Parts are added by one
 * thread, and may end on any, also while they are being submitted; but not before all have been added.
 */
final class Gathering {

    enum Necessity {
        /** If it fails, the command does. */
        NEEDED,
        /** If it fails, that changes nothing as long as another part succeeds. */
        OPTIONAL
    }

    /** One part. Its end is written before the count of open parts is decremented, and read after that is 0. */
    final class Part implements Handler<AsyncResult<Response>> {

        final SingleCommand its;
        final Necessity necessity;
        final PartLabel label;
        /** The only one that it may be sent to; empty if that is the owner of its slot. */
        final Optional<SocketAddress> node;
        private AsyncResult<Response> end;

        private Part(SingleCommand its, Necessity necessity, PartLabel label, Optional<SocketAddress> node) {
            this.its = its;
            this.node = node;
            this.necessity = necessity;
            this.label = label;
        }

        AsyncResult<Response> end() {
            return end;
        }

        @Override
        public void handle(AsyncResult<Response> itsEnd) {
            end = itsEnd;
            if (open.decrementAndGet() == 0) {
                complete();
            }
        }
    }

    private final SingleCommand command;
    private final Merger merger;
    private final Failures failures;
    private final List<Part> parts = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();

    Gathering(SingleCommand command, Merger merger, Failures failures) {
        this.command = command;
        this.merger = merger;
        this.failures = failures;
    }

    /**
     * One more part, for the owner of a slot. It is to be submitted when all have been added.
     *
     * @param request encoded
     */
    SingleCommand add(byte[] request, int slot, Necessity necessity, PartLabel label) {
        return add(request, slot, necessity, label, Optional.empty());
    }

    /** One more part, for this node. */
    SingleCommand add(byte[] request, SocketAddress node, Necessity necessity) {
        return add(request, Slot.OF_NODE, necessity, new NodeLabel(node), Optional.of(node));
    }

    private SingleCommand add(byte[] request, int slot, Necessity necessity, PartLabel label, Optional<SocketAddress> node) {
        Promise<Response> promise = Promise.promise();
        SingleCommand its = command.part(request, slot, promise);
        if (command.isLimited()) {
            its.mustEndBy(command.deadline());
        }
        Part part = new Part(its, necessity, label, node);
        parts.add(part);
        open.incrementAndGet();
        promise.future().onComplete(part);
        return its;
    }

    private void complete() {
        try {
            Optional<Throwable> failure = failure();
            if (failure.isPresent()) {
                command.fail(failure.get());
            } else {
                command.onReply(merged());
            }
        } catch (Throwable e) {
            // A node has answered something else than it should have, or there is no memory.
            command.fail(failures.replyDropped(command, e));
        }
    }

    /** Those for the owners of slots without which it fails. */
    List<SingleCommand> needed() {
        return parts.stream().filter(part -> part.necessity == Necessity.NEEDED && part.node.isEmpty()).map(part -> part.its)
                .toList();
    }

    /** All that have been added, in their order. */
    List<Part> parts() {
        return parts;
    }

    private Response merged() {
        List<Response> replies = new ArrayList<>(parts.size());
        for (Part part : parts) {
            if (part.end.succeeded()) {
                replies.add(part.end.result());
            }
        }
        return merger.merge(replies);
    }

    /** Empty if what is needed has succeeded. */
    private Optional<Throwable> failure() {
        boolean fails = true;
        for (Part part : parts) {
            if (part.end.failed() && part.necessity == Necessity.NEEDED) {
                return Optional.of(PartialFailure.of(command, parts, failures.subject()));
            }
            fails &= part.end.failed();
        }
        return fails ? Optional.of(PartialFailure.of(command, parts, failures.subject())) : Optional.empty();
    }
}
