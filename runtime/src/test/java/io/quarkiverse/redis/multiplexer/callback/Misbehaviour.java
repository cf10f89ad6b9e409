package io.quarkiverse.redis.multiplexer.callback;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * What a caller's callback may do. What it throws is caught by the context of the call's own future, but by nobody where the
 * callback is one of a future that has no context.
 */
public enum Misbehaviour {

    EXCEPTION(Attachment.OWN_FUTURE) {
        @Override
        void misbehave(Runnable callBack) {
            throw new WantedException();
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
            throw new WantedError();
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
            throw new WantedException();
        }
    };

    /** In the message of all that is thrown here. */
    public static final String WANTED = "thrown by a caller's callback, as a test wants it";

    /** Without a stack trace: there are many of these in the log. */
    private static final class WantedException extends RuntimeException {
        WantedException() {
            super(WANTED, null, false, false);
        }
    }

    private static final class WantedError extends Error {
        WantedError() {
            super(WANTED, null, false, false);
        }
    }

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
    public void attach(Future<?> call, Runnable callBack) {
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
        } catch (WantedException | WantedError e) {
            assert call.isComplete();
        }
    }
}
