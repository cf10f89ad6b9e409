package io.quarkiverse.redis.multiplexer.engine.command;

/**
 * A command of a caller in a form that it is sent, or kept, in. It is about what the caller's command is about, and fails with
 * it.
 */
abstract class WrappedCommand extends PendingCommand {

    /** The caller's. */
    final PendingCommand command;

    WrappedCommand(PendingCommand command) {
        this.command = command;
    }

    @Override
    boolean isReadOnly() {
        return command.isReadOnly();
    }

    @Override
    void addKeysTo(TouchedKeys keys) {
        command.addKeysTo(keys);
    }

    @Override
    public boolean mayTouch(ReadKeys keys) {
        return command.mayTouch(keys);
    }

    @Override
    public int slot(ServerCommands commands) {
        return command.slot(commands);
    }

    @Override
    public boolean isOwnQuestion() {
        return false;
    }

    @Override
    public String name() {
        return command.name();
    }

    @Override
    protected void onFailure(Throwable cause) {
        command.fail(cause);
    }
}
