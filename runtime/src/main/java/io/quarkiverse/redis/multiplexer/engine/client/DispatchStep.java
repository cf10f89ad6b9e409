package io.quarkiverse.redis.multiplexer.engine.client;

import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;

/** Something to be passed on to the dedicated connection of a {@link ConnectionDispatch}, when that is there. */
abstract sealed class DispatchStep {

    private static final DispatchStep RELEASE = new Release();

    abstract void passTo(LentConnection connection);

    /** There is no connection to pass it on to. */
    abstract void fail(Throwable cause);

    /** There was no memory to pass it on. */
    void lack(LentConnection connection, Throwable cause) {
        try {
            connection.partFailed(cause);
        } finally {
            fail(cause);
        }
    }

    static DispatchStep of(PendingCommand command, CommandTraits traits, Patience patience) {
        return new OfCommand(command, traits, patience);
    }

    /** A command has failed, which may have been meant for a transaction. */
    static DispatchStep of(Throwable failure) {
        return new OfFailure(failure);
    }

    /** The connection is given back: nothing comes after this. */
    static DispatchStep release() {
        return RELEASE;
    }

    private static final class OfCommand extends DispatchStep {

        private final PendingCommand command;
        private final CommandTraits traits;
        private final Patience patience;

        OfCommand(PendingCommand command, CommandTraits traits, Patience patience) {
            this.command = command;
            this.traits = traits;
            this.patience = patience;
        }

        @Override
        void passTo(LentConnection connection) {
            connection.submit(command, traits, patience);
        }

        @Override
        void lack(LentConnection connection, Throwable cause) {
            try {
                if (traits.leavesState()) {
                    connection.discard(cause);
                }
            } finally {
                super.lack(connection, cause);
            }
        }

        @Override
        void fail(Throwable cause) {
            command.fail(cause);
        }
    }

    private static final class OfFailure extends DispatchStep {

        private final Throwable failure;

        OfFailure(Throwable failure) {
            this.failure = failure;
        }

        @Override
        void passTo(LentConnection connection) {
            connection.partFailed(failure);
        }

        @Override
        void fail(Throwable cause) {
            // Its transaction is gone as well.
        }
    }

    private static final class Release extends DispatchStep {

        @Override
        void passTo(LentConnection connection) {
            connection.release();
        }

        @Override
        void fail(Throwable cause) {
            // The event loop of the connection ends it.
        }
    }
}
