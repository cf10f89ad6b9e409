package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The commands that something depends on beyond their {@link CommandKind}. The constants are named as the commands are. */
enum SpecialCommand {

    /** None of these. */
    NONE_OF_THEM,
    AUTH,
    BLMPOP,
    BZMPOP,
    CLIENT,
    DEBUG,
    DISCARD,
    EVAL,
    EVALSHA,
    EVALSHA_RO,
    EVAL_RO,
    EXEC,
    FCALL,
    FCALL_RO,
    FUNCTION,
    HELLO,
    HSCAN,
    MONITOR,
    MULTI,
    OBJECT,
    PSYNC,
    QUIT,
    REPLCONF,
    RESET,
    SCRIPT,
    SELECT,
    SHUTDOWN,
    SSCAN,
    SYNC,
    TOUCH,
    UNWATCH,
    WAIT,
    WAITAOF,
    WATCH,
    XINFO,
    XREAD,
    XREADGROUP,
    ZSCAN;

    private static final Map<String, SpecialCommand> BY_NAME = Arrays.stream(values())
            .filter(command -> command != NONE_OF_THEM)
            .collect(Collectors.toMap(command -> command.name().toLowerCase(Locale.ROOT), Function.identity()));

    /** @param name in lower case */
    static SpecialCommand of(String name) {
        return BY_NAME.getOrDefault(name, NONE_OF_THEM);
    }
}
