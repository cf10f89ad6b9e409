package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.vertx.redis.client.impl.types.ErrorType;

/** The code that an error of the server begins with. */
final class ErrorCode {

    /** The client itself puts the number of the command before the first error of a batch. */
    private static final Pattern CODE = Pattern.compile("(?:ERR \\[\\d+] )?([A-Z][A-Z0-9]+)\\b.*", Pattern.DOTALL);
    private static final String GENERAL = "ERR";

    private ErrorCode() {
    }

    /** @return empty if it was not the server that failed */
    static Optional<String> of(Throwable failure) {
        if (!(failure instanceof ErrorType)) {
            return Optional.empty();
        }
        String message = failure.getMessage();
        Matcher matcher = CODE.matcher(message == null ? "" : message);
        return Optional.of(matcher.matches() ? matcher.group(1) : GENERAL);
    }
}
