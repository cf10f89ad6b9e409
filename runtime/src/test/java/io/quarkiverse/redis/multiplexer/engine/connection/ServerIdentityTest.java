package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;

/** What is made of a server's answer to HELLO. */
class ServerIdentityTest {

    @ParameterizedTest
    @CsvSource({ "master, PRIMARY", "primary, PRIMARY", "replica, REPLICA", "slave, REPLICA", "REPLICA, REPLICA",
            "emperor, UNKNOWN" })
    void roles(String word, NodeRole role) {
        assertEquals(new ServerIdentity(role, "redis", "8.0.2"),
                ServerIdentity.of(list("server", "redis", "version", "8.0.2", "role", word)));
    }

    @Test
    void itIsReadFromAMapAsWell() {
        MultiType map = MultiType.create(2, true);
        for (String word : new String[] { "server", "valkey", "version", "9.1.2" }) {
            map.add(bulk(word));
        }

        assertEquals(new ServerIdentity(NodeRole.UNKNOWN, "valkey", "9.1.2"), ServerIdentity.of(map));
    }

    @Test
    void whatIsNotSaidIsEmpty() {
        assertEquals(ServerIdentity.UNKNOWN, ServerIdentity.of(list()));
        assertEquals(ServerIdentity.UNKNOWN, ServerIdentity.of(list("server")));
    }

    @Test
    void whatAServerSaysIsPrintable() {
        assertEquals(new ServerIdentity(NodeRole.UNKNOWN, "a\\nb", ""), ServerIdentity.of(list("server", "a\nb")));
    }

    private static MultiType list(String... words) {
        MultiType list = MultiType.create(words.length, false);
        for (String word : words) {
            list.add(bulk(word));
        }
        return list;
    }

    private static BulkType bulk(String word) {
        return BulkType.create(Buffer.buffer(word), false);
    }
}
