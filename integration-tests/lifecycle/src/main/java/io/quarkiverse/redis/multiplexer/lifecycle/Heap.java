package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is reachable on the heap of another JVM, after a full garbage collection.
 *
 * @param bytes of all objects
 * @param instances by the name of the class
 */
record Heap(long bytes, Map<String, Integer> instances) {

    private static final Pattern LINE = Pattern.compile("^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+)", Pattern.MULTILINE);
    private static final Pattern TOTAL = Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);

    static Heap of(long pid) throws IOException, InterruptedException {
        // The first collection lets cleaners and reference queues do their work, the second one collects what they let go.
        histogram(pid);
        String histogram = histogram(pid);
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException("jcmd says: " + histogram);
        }
        Map<String, Integer> instances = new HashMap<>();
        LINE.matcher(histogram).results()
                .forEach(line -> instances.merge(line.group(2), Integer.parseInt(line.group(1)), Integer::sum));
        return new Heap(Long.parseLong(total.group(1)), instances);
    }

    /** Of all classes with this simple name. */
    int count(String simpleName) {
        return instances.entrySet().stream().filter(entry -> entry.getKey().endsWith('.' + simpleName))
                .mapToInt(Map.Entry::getValue).sum();
    }

    private static String histogram(long pid) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, String.valueOf(pid), "GC.class_histogram").redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
