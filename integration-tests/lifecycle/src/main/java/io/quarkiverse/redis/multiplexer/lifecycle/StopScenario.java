package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Stops of the application with something in flight. */
final class StopScenario {

    /**
     * How long the stop took, and what became of the commands.
     *
     * @param outcomes how many commands ended how
     */
    record Stop(long millis, Map<String, Integer> outcomes) {
    }

    private final DevMode application;

    StopScenario(DevMode application) {
        this.application = application;
    }

    /** A script of 700 ms. */
    Stop duringScript() throws IOException, InterruptedException {
        return stop("eval");
    }

    /** A BLPOP that would wait for ever. */
    Stop duringBlockingPop() throws IOException, InterruptedException {
        return stop("blpop");
    }

    /** 1000 INCR that a paused server does not answer before the stop has to be over. */
    Stop whilePaused() throws IOException, InterruptedException {
        return stop("incr");
    }

    private Stop stop(String kind) throws IOException, InterruptedException {
        application.post("/last-commands/" + kind);
        application.reload();
        List<Long> stops = application.stopMillis();
        return new Stop(stops.get(stops.size() - 1), application.numbers("/last-commands"));
    }
}
