package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;

/** A {@link TimeLimit}, by hand. */
class TimeLimitTest {

    private final TimeLimit limit = new TimeLimit();
    private final List<String> told = new ArrayList<>();

    @Test
    void itIsToldToWhereTheCommandIs() {
        limit.holdFor(connection("a"), new FakeCommand(1));
        limit.holdFor(connection("b"), new FakeCommand(2));
        assertEquals(List.of(), told);
        limit.set(5);
        assertEquals(List.of("b limits 0/2 to 5"), told);
    }

    @Test
    void itIsToldToWhereTheCommandComesLater() {
        limit.set(5);
        limit.holdFor(connection("a"), new FakeCommand(1));
        limit.holdFor(connection("b"), new FakeCommand(2));
        assertEquals(List.of("a limits 0/1 to 5", "b limits 0/2 to 5"), told);
    }

    @Test
    void partsHaveTheSameLimit() {
        limit.part().holdFor(connection("a"), new FakeCommand(1));
        limit.set(5);
        limit.part().holdFor(connection("b"), new FakeCommand(2));
        assertEquals(List.of("a limits 0/1 to 5", "b limits 0/2 to 5"), told);
    }

    private LentConnection connection(String name) {
        return (LentConnection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { LentConnection.class },
                (proxy, method, arguments) -> {
                    assertEquals("limitTime", method.getName());
                    told.add(name + " limits " + arguments[0] + " to " + arguments[1]);
                    return null;
                });
    }
}
