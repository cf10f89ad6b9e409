package io.quarkiverse.redis.multiplexer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkus.redis.runtime.client.VertxRedisClientFactory;

class HostsOrderTest {

    @Test
    void hostsAreInTheOrderInWhichTheyAreWritten() {
        assertEquals(List.of("redis://c", "redis://a", "redis://b"),
                HostsOrder.sorted(List.of("redis://a", "redis://b", "redis://c"),
                        List.of("redis://c", "redis://a", "redis://b")));
    }

    @Test
    void hostsThatABeanGivesStayInItsOrderBehindThoseThatAreWritten() {
        assertEquals(List.of("redis://b", "redis://z", "redis://a"),
                HostsOrder.sorted(List.of("redis://z", "redis://a", "redis://b"), List.of("redis://b")));
        assertEquals(List.of("redis://z", "redis://a"), HostsOrder.sorted(List.of("redis://z", "redis://a"), List.of()));
    }

    @Test
    void theNameOfTheClientThatIsAddedToThemMakesNoDifference() {
        List<String> written = List.of("redis://primary:6379", "rediss://:p%40ss@replica-1?db=2", "redis://replica_2");
        List<String> named = written.stream()
                .map(host -> VertxRedisClientFactory.applyClientQueryParam("cart", URI.create(host))).toList();
        assertTrue(named.stream().allMatch(host -> host.contains("client=cart")), named::toString);
        List<String> shuffled = List.of(named.get(2), named.get(1), named.get(0));

        assertEquals(named, HostsOrder.sorted(shuffled, written));
    }

    @Test
    void neitherDoesWhatCustomizersChangeButForTheServer() {
        assertEquals(List.of("redis://b/2", "redis://user:secret@a", "unix:///run/b?db=1", "unix:///run/a"),
                HostsOrder.sorted(
                        List.of("redis://user:secret@a", "unix:///run/a", "redis://b/2", "unix:///run/b?db=1"),
                        List.of("redis://b", "redis://a", "unix:///run/b", "unix:///run/a")));
    }

    @Test
    void whatIsNoUriComesLast() {
        assertEquals(List.of("redis://a", "redis://b c"),
                HostsOrder.sorted(List.of("redis://b c", "redis://a"), List.of("redis://a")));
    }
}
