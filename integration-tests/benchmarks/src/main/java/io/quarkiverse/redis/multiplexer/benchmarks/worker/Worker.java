package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;

import org.jboss.logmanager.LogContext;

import com.fasterxml.jackson.databind.json.JsonMapper;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Transport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/**
 * The process in which one contestant is measured, so that none profits or suffers from what another one did to the
 * compiler, the heap or the threads. Reads {@link Task}s and writes {@link Sample}s, as lines of JSON.
 */
public final class Worker {

    /** As many as the machine that the figures are for has cores. */
    private static final int EVENT_LOOPS = 2;

    private Worker() {
    }

    /** @param arguments the {@link Transport} of Vert.x */
    public static void main(String[] arguments) {
        int exitCode = 0;
        try {
            answer(arguments[0]);
        } catch (Throwable e) {
            // Into the file that whoever waits tells.
            e.printStackTrace();
            exitCode = 1;
        }
        // Event loops would go on, and whoever waits for an answer would wait for ever.
        System.exit(exitCode);
    }

    private static void answer(String transport) throws Exception {
        PrintStream answers = System.out;
        // Whatever a client logs must not get between the answers.
        System.setOut(System.err);
        // Everything down to TRACE is on by default, outside of Quarkus. Lettuce and Redisson would suffer from it.
        LogContext.getLogContext().getLogger("").setLevel(Level.WARNING);
        JsonMapper mapper = new JsonMapper();
        boolean epoll = Transport.valueOf(transport) == Transport.NATIVE;
        Vertx vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS).setPreferNativeTransport(epoll));
        if (vertx.isNativeTransportEnabled() != epoll) {
            throw new IllegalStateException("No native transport", vertx.unavailableNativeTransportCause());
        }
        Measurement measurement = new Measurement(vertx, EVENT_LOOPS);
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = tasks.readLine()) != null;) {
            Sample sample = measurement.take(mapper.readValue(line, Task.class));
            answers.println(mapper.writeValueAsString(sample));
            answers.flush();
        }
    }
}
