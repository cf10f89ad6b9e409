package io.quarkiverse.redis.multiplexer;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What the client logs during a test. */
public final class CapturedLog implements BeforeEachCallback, AfterEachCallback {

    private final Logger logger = Logger.getLogger("io.quarkiverse.redis.multiplexer");
    private final List<LogRecord> entries = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            entries.add(entry);
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    };

    @Override
    public void beforeEach(ExtensionContext context) {
        logger.addHandler(handler);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logger.removeHandler(handler);
    }

    /** The messages so far that anybody gets to see who has not changed the levels, and that contain {@code part}. */
    public List<String> messages(String part) {
        return entries.stream().filter(entry -> entry.getLevel().intValue() >= Level.INFO.intValue()).map(LogRecord::getMessage)
                .filter(message -> message.contains(part)).toList();
    }

    /** How many messages there are of at least that level. */
    public long count(Level level) {
        return entries.stream().filter(entry -> entry.getLevel().intValue() >= level.intValue()).count();
    }
}
