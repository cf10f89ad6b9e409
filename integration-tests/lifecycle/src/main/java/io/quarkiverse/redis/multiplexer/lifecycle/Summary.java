package io.quarkiverse.redis.multiplexer.lifecycle;

import io.quarkiverse.redis.multiplexer.lifecycle.StopScenario.Stop;

/**
 * What a run ends with. Figures that are not said to be of something else are of the live reloads.
 *
 * @param hung requests and commands that were not answered within their deadline, in all scenarios
 * @param errors requests and commands that failed, in all scenarios, but for those that a reload has overtaken
 * @param closedErrors of the errors, those of a client that was at its end in an application that was not
 * @param errorsAtReload requests that a reload has overtaken, and that failed
 * @param heldCalls how often clients of the first start were used in later ones
 * @param heldErrors how often that failed
 * @param oldClassLoaders how many class loaders of earlier starts are reachable after the last reload
 * @param baselineOldClassLoaders the same of an application without Redis; {@code null} if there was none
 * @param continuousConnectionsKept how many of the connections that dev mode's application had before the tests beside it
 *        were run again it had after the last of them; a client that is bound anew keeps none
 */
record Summary(String client, String topology, int reloads, int switches, int rounds, long requests, int hung, int errors,
        int closedErrors,
        int errorsAtReload, int heldCalls, int heldErrors, int connectionsFirst, int connectionsLast, int threadsFirst,
        int threadsLast, int timersFirst, int timersLast, int generationsFirst, int generationsLast,
        long heapGrowthBytesPerReload, Long baselineHeapGrowthBytesPerReload, int oldClassLoaders,
        Integer baselineOldClassLoaders, long stopBlpopMs, long stopEvalMs, boolean evalFinished, long stopPausedMs,
        int pausedCommandsFailed, int switchErrors, int switchHung, int switchConnectionsFirst, int switchConnectionsLast,
        int switchThreadsFirst, int switchThreadsLast, long continuousRequests, int continuousErrors,
        int continuousTestErrors, int continuousConnectionsKept) {

    /** Collects the results of the scenarios. */
    static final class Builder {

        private final Client client;
        private final ServerTopology topology;
        ReloadScenario.Result reloads;
        ReloadScenario.Result withoutRedis;
        Stop blockingPop;
        Stop script;
        Stop paused;
        ContinuousTestingScenario.Result continuousTesting;
        SwitchScenario.Result switches;

        Builder(Client client, ServerTopology topology) {
            this.client = client;
            this.topology = topology;
        }

        Summary build() {
            return new Summary(client.toString(), topology.toString(), reloads.reloads(), switches.switches(),
                    continuousTesting.rounds(),
                    reloads.requests(), reloads.hung() + switches.hung() + continuousTesting.hung(),
                    reloads.errors() + switches.errors() + continuousTesting.errors() + continuousTesting.testErrors(),
                    reloads.closedErrors(), reloads.errorsAtReload(), reloads.heldCalls(), reloads.heldErrors(),
                    reloads.first().connections(), reloads.last().connections(),
                    reloads.first().threads(), reloads.last().threads(),
                    reloads.first().timers(), reloads.last().timers(),
                    reloads.first().generations(), reloads.last().generations(),
                    reloads.heapGrowthPerReload(), withoutRedis == null ? null : withoutRedis.heapGrowthPerReload(),
                    reloads.last().oldClassLoaders(), withoutRedis == null ? null : withoutRedis.last().oldClassLoaders(),
                    blockingPop.millis(), script.millis(), script.outcomes().containsKey("finished"), paused.millis(),
                    paused.outcomes().values().stream().mapToInt(Integer::intValue).sum(),
                    switches.errors(), switches.hung(), switches.connectionsFirst(), switches.connectionsLast(),
                    switches.threadsFirst(), switches.threadsLast(),
                    continuousTesting.requests(), continuousTesting.errors(), continuousTesting.testErrors(),
                    continuousTesting.connectionsKept());
        }
    }
}
