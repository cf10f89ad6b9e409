package io.quarkiverse.redis.multiplexer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/** The servers that tests of sentinels, and of a primary with replicas, run against do what is said of them. */
class RedisSentinelsTest {

    /** A part of the stream, which begins at 0. */
    private static final Pattern ACKNOWLEDGED = Pattern.compile("slave0:.*,offset=[1-9]");

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void sentinelsMakeAnotherServerThePrimary(RedisBinary binary) {
        binary.assumeThere();
        try (RedisSentinels group = RedisSentinels.start(binary, 2, 3)) {
            assertEquals(0, group.primary(0));
            int planned = group.failover();
            assertNotEquals(0, planned);
            assertTrue(group.isPrimary(planned));

            group.server(planned).kill();
            int next = group.awaitOther(planned);
            assertTrue(group.isPrimary(next));
        }
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aServerIsMadeThePrimaryByHand(RedisBinary binary) {
        binary.assumeThere();
        try (RedisSentinels group = RedisSentinels.start(binary, 1, 0)) {
            group.promote(1);
            assertTrue(group.isPrimary(1));
            assertFalse(group.isPrimary(0));
            group.awaitStable();
        }
    }

    /** A replica that has just fetched the data is sent what is written next only when the primary has heard that it has. */
    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void replicasAreSentWhatIsWrittenFromTheBeginning(RedisBinary binary) {
        binary.assumeThere();
        try (RedisSentinels group = RedisSentinels.start(binary, 1, 0)) {
            String replication = (String) group.call(0, "INFO", "replication");
            assertTrue(ACKNOWLEDGED.matcher(replication).find(), replication);
        }
    }
}
