package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

/** {@link ServerInfo}, of replies as servers give them. */
class ServerInfoTest {

    private static final String IN_SYNC = """
            # Replication\r
            role:slave\r
            master_host:127.0.0.1\r
            master_link_status:up\r
            master_last_io_seconds_ago:0\r
            master_sync_in_progress:0\r
            """;

    private static ServerInfo info(String text) {
        return ServerInfo.of(ClusterByHand.decode("$" + text.length() + "\r\n" + text + "\r\n"));
    }

    @Test
    void aReplicaIsInSyncIfItHearsOfItsPrimaryAndFetchesNothing() {
        assertTrue(info(IN_SYNC).isReplicaInSync());
        assertFalse(info(IN_SYNC.replace("status:up", "status:down")).isReplicaInSync());
        assertFalse(info(IN_SYNC.replace("progress:0", "progress:1")).isReplicaInSync());
        assertFalse(info(IN_SYNC.replace("role:slave", "role:master")).isReplicaInSync());
    }

    @Test
    void whoSaysNothingProvesNothing() {
        assertFalse(info("").isReplicaInSync());
        assertFalse(info("nothing\r\n:\r\n").isReplicaInSync());
        assertFalse(ServerInfo.of(null).isReplicaInSync());
        assertEquals("", info(IN_SYNC).zone());
    }

    @Test
    void theZoneIsToldByTheServer() {
        assertEquals("eu-1a", info("# Server\r\navailability_zone:eu-1a\r\n").zone());
        assertEquals("", info("# Server\r\navailability_zone:\r\n").zone());
    }

    @Test
    void itIsAskedForOneSection() {
        assertEquals("info replication", words(ServerInfo.aboutReplication()));
        assertEquals("info server", words(ServerInfo.aboutServer()));
    }

    private static String words(Request request) {
        return request.command() + " " + new String(RequestAccess.arguments(request).get(0), StandardCharsets.US_ASCII);
    }
}
