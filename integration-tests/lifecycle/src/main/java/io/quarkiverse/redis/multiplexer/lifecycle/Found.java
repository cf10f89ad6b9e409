package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a test of the driven application has found; the class {@code Switch} among the probes writes it.
 *
 * @param round which run of continuous testing it was
 * @param held what a client of the application before answered
 * @param connectionsBefore before the test's own
 */
record Found(int round, int place, int errors, int hung, List<String> failures, String held, int connections,
        int connectionsBefore, int threads, long pid) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Found> in(Path results) throws IOException {
        List<Found> found = new ArrayList<>();
        if (Files.exists(results)) {
            for (String line : Files.readAllLines(results)) {
                found.add(JSON.readValue(line, Found.class));
            }
        }
        return found;
    }
}
