package io.quarkiverse.redis.multiplexer.engine.topology;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The question to a node which slots its cluster has where: CLUSTER SHARDS, and where that is not known or not allowed, CLUSTER
 * SLOTS, which tells less. Used on one event loop.
 */
final class ClusterQuestion {

    private enum Form {
        SHARDS,
        SLOTS
    }

    private final EventLoop loop;
    private final Asker asker;
    private final ClusterTrouble trouble;
    private final boolean tls;
    private final long timeoutMillis;
    /** For all nodes: once refused, it is not tried again and again. */
    private Form form = Form.SHARDS;

    /** @param timeoutMillis for connecting, if need be, and the answer */
    ClusterQuestion(EventLoop loop, Asker asker, ClusterTrouble trouble, boolean tls, long timeoutMillis) {
        this.loop = loop;
        this.asker = asker;
        this.trouble = trouble;
        this.tls = tls;
        this.timeoutMillis = timeoutMillis;
    }

    /** Completes on the event loop, within the time. */
    Future<SlotMap> put(NodeAddress node) {
        Promise<SlotMap> answer = Promise.promise();
        LoopTimer deadline = new LoopTimer(loop);
        deadline.plan(() -> answer.tryFail(trouble.notAnswered(node, timeoutMillis)), timeoutMillis);
        answer.future().onComplete(done -> deadline.cancel());
        put(node, form, answer);
        return answer.future();
    }

    private void put(NodeAddress node, Form asked, Promise<SlotMap> answer) {
        Request request = Request.cmd(Command.CLUSTER).arg(asked.name());
        asker.ask(node, request).onComplete(result -> LoopTask.now(loop, () -> {
            if (answer.future().isComplete()) {
                return;
            }
            if (result.failed() && result.cause() instanceof ErrorType error) {
                if (asked == Form.SHARDS && ClusterTrouble.isAboutTheForm(error)) {
                    form = Form.SLOTS;
                    put(node, Form.SLOTS, answer);
                } else {
                    answer.tryFail(trouble.refused(node, error));
                }
            } else {
                read(node, asked, result).onComplete(answer::tryComplete, answer::tryFail);
            }
        }));
    }

    private Future<SlotMap> read(NodeAddress node, Form asked, AsyncResult<Response> result) {
        if (result.failed()) {
            return Future.failedFuture(result.cause());
        }
        try {
            SlotMap map = asked == Form.SHARDS ? TopologyReply.ofShards(result.result(), node.socket(), tls)
                    : TopologyReply.ofSlots(result.result(), node.socket());
            return map.covered() == 0 ? Future.failedFuture(trouble.knowsNothing(node)) : Future.succeededFuture(map);
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(trouble.notUnderstood(node, e));
        }
    }
}
