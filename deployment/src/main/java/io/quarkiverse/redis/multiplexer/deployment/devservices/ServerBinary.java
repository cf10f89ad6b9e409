package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An executable that says of itself that it is a server.
 *
 * @param product such as Redis or Valkey
 */
record ServerBinary(Path executable, String product, ServerVersion version) {

    private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,9})*)";
    private static final Pattern ANSWER = Pattern.compile("(\\w+) server v=" + NUMBER);
    // What a server says to --version behind other options, where a script puts it that has some of its own.
    private static final Pattern REFUSAL = Pattern.compile("CONFIG FILE ERROR \\((\\w+) " + NUMBER + "\\)");
    // Valkey has no other name there.
    private static final String VALKEY_REFUSES = "Version";
    private static final int LONGEST_ANSWER = 4096;
    private static final long TIMEOUT_SECONDS = 5;

    /**
     * Asks an executable what it is.
     *
     * @throws IOException if it is not a server; the message completes a sentence that begins with its name
     */
    static ServerBinary probe(Path executable) throws IOException {
        if (!Files.isRegularFile(executable)) {
            throw new IOException("is not a file");
        }
        if (!Files.isExecutable(executable)) {
            throw new IOException("is not executable");
        }
        String answer = answer(executable);
        Matcher matcher = Stream.of(ANSWER, REFUSAL).map(pattern -> pattern.matcher(answer)).filter(Matcher::find).findFirst()
                .orElseThrow(() -> new IOException("is not a Redis server: to --version it answers \""
                        + answer.lines().findFirst().orElse("") + '"'));
        String product = matcher.group(1).equals(VALKEY_REFUSES) ? "Valkey" : matcher.group(1);
        return new ServerBinary(executable, product, ServerVersion.parse(matcher.group(2)));
    }

    private static String answer(Path executable) throws IOException {
        // By a file: unlike a pipe, it can be read when the time is up, whoever still has it open.
        Path output = Files.createTempFile("redis-multiplexer-", ".version");
        try {
            Process process = new ProcessBuilder(executable.toString(), "--version").redirectErrorStream(true)
                    .redirectOutput(output.toFile()).start();
            process.getOutputStream().close();
            awaitExit(process);
            try (InputStream content = Files.newInputStream(output)) {
                return new String(content.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static void awaitExit(Process process) throws IOException {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("is not a Redis server: it does not answer --version within " + TIMEOUT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("was not waited for", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return product + ' ' + version + " (" + executable + ')';
    }
}
