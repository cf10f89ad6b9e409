package io.quarkiverse.redis.multiplexer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;

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
}
