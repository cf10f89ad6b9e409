package io.quarkiverse.redis.multiplexer.callback;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * What a caller's callback may do. What it throws is caught by the context of the call's own future, but by nobody where the
 * callback is one of a future that has no context.
 */
enum Misbehaviour {

    EXCEPTION(Attachment.OWN_FUTURE) {
        @Override
        void misbehave(Runnable callBack) {
            throw new IllegalStateException("a caller's callback throws, as this test wants it to");
        }
    },
    EXCEPTION_WITHOUT_CONTEXT(Attachment.FUTURE_OF_ALL) {
        @Override
        void misbehave(Runnable callBack) {
            EXCEPTION.misbehave(callBack);
        }
    },
    ERROR(Attachment.OWN_FUTURE) {
        @Override
        void misbehave(Runnable callBack) {
            throw new StackOverflowError("a caller's callback throws an error, as this test wants it to");
        }
    },
    ERROR_WITHOUT_CONTEXT(Attachment.PROMISE) {
        @Override
        void misbehave(Runnable callBack) {
            ERROR.misbehave(callBack);
        }
    },
    BLOCKING(Attachment.OWN_FUTURE) {
        @Override
        void misbehave(Runnable callBack) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    },
    CALLING_BACK(Attachment.OWN_FUTURE) {
        @Override
        void misbehave(Runnable callBack) {
            callBack.run();
        }
    },
    CALLING_BACK_WITHOUT_CONTEXT(Attachment.FUTURE_OF_ALL) {
        @Override
        void misbehave(Runnable callBack) {
            callBack.run();
            throw new IllegalStateException("a caller's callback throws after it called the client, as this test wants it to");
        }
    };

    private enum Attachment {
        OWN_FUTURE,
        FUTURE_OF_ALL,
        PROMISE
    }

    private final Attachment attachment;

    Misbehaviour(Attachment attachment) {
        this.attachment = attachment;
    }

    /** @param callBack calls the client again */
    abstract void misbehave(Runnable callBack);

    /** Misbehaves when the call ends, however it does; if it has already, then what is thrown is its caller's own affair. */
    void attach(Future<?> call, Runnable callBack) {
        try {
            switch (attachment) {
                case OWN_FUTURE -> call.onComplete(done -> misbehave(callBack));
                case FUTURE_OF_ALL -> Future.all(call, Future.succeededFuture()).onComplete(done -> misbehave(callBack));
                case PROMISE -> {
                    Promise<Object> promise = Promise.promise();
                    call.<Object> mapEmpty().onComplete(promise);
                    promise.future().onComplete(done -> misbehave(callBack));
                }
            }
        } catch (IllegalStateException | StackOverflowError e) {
            assert call.isComplete();
        }
    }
}
