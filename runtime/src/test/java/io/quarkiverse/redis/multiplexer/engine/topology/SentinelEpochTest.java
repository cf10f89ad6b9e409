package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.topology.HandLinks.HandLink;
import io.vertx.core.Future;

/** Sentinels of which not all have heard of the latest failover. */
class SentinelEpochTest extends SentinelSearchByHand {

    /** Has the first sentinel lead to port 7001, and then, by the fifth failover, to port 7002. */
    private HandLink findAfterFailover(SentinelSearch search) {
        HandLink link = find(search);
        search.find(NO_CLUES);
        searched(link).tell(server(7002));
        link.asked(EPOCH).tell(epoch(5));
        role(7002, MASTER);
        return link;
    }

    /** It names the old primary, which takes itself for one until it hears of the failover, too. */
    @Test
    void aSentinelThatHasNotHeardOfTheLatestFailoverIsNotBelieved() {
        SentinelSearch search = search();
        HandLink first = findAfterFailover(search);
        Future<Shard> found = search.find(NO_CLUES);
        searched(first).fail();
        HandLink second = sentinels.to(2).accept();
        searched(second).tell(server(7001));
        second.asked(EPOCH).tell(epoch(4));
        servers.assertNothingIsWanted();
        HandLink third = sentinels.to(3).accept();
        searched(third).tell(server(7002));
        role(7002, MASTER);
        assertEquals(7002, port(found));
    }

    @Test
    void aSentinelThatDoesNotTellOfItsEpochIsBelieved() {
        SentinelSearch search = search();
        HandLink first = findAfterFailover(search);
        Future<Shard> found = search.find(NO_CLUES);
        searched(first).tell(server(7003));
        first.asked(EPOCH).refuse("NOPERM no permissions");
        role(7003, MASTER);
        assertEquals(7003, port(found));
    }
}
