package io.quarkiverse.redis.multiplexer.nativeimage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory processes have. */
final class Memory {

    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

    private Memory() {
    }

    /** What a process has in physical memory (RSS); 0 if it has ended. */
    static long residentBytes(ProcessHandle process) throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        if (Files.exists(status)) {
            Matcher resident = RESIDENT.matcher(Files.readString(status));
            return resident.find() ? kilobytes(resident.group(1)) : 0;
        }
        // Where there is no /proc, as on macOS.
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", String.valueOf(process.pid())).start();
        String text = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        return text.isEmpty() ? 0 : kilobytes(text);
    }

    private static long kilobytes(String text) {
        return Long.parseLong(text) * 1024;
    }
}
