package io.quarkiverse.redis.multiplexer.nativeimage;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;

/** Commands on all event loops of the showcase, which measures them itself. */
record CommandLoad(int calls, int callers) implements Load {

    @Override
    public String name() {
        return "commands_per_second";
    }

    @Override
    public double perSecond(RunningApplication application) throws IOException, InterruptedException {
        JsonNode answer = application.http().post("/load?calls=" + calls + "&callers=" + callers, "").json();
        JsonNode report = answer.path("report");
        Failed.unless(report.path("calls").asInt() == calls && report.path("failures").asInt() == 0,
                "not all of " + calls + " commands succeed: " + answer);
        return report.path("perSecond").asDouble();
    }
}
