package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;

import org.junit.jupiter.api.Test;

import io.vertx.redis.client.Command;

class SpecialCommandTest {

    @Test
    void eachIsFoundByItsNameAndIsACommandOfTheTable() {
        for (SpecialCommand special : SpecialCommand.values()) {
            String name = special.name().toLowerCase(Locale.ROOT);
            if (special != SpecialCommand.NONE_OF_THEM) {
                assertEquals(special, SpecialCommand.of(name));
                assertTrue(CommandTable.knows(Command.create(name)), name);
                assertEquals(special, CommandTable.of(Command.create(name.toUpperCase(Locale.ROOT))).special());
            }
        }
    }

    @Test
    void theOthersAreNoneOfThem() {
        for (String name : new String[] { "get", "unheardof", "", "none_of_them" }) {
            assertEquals(SpecialCommand.NONE_OF_THEM, SpecialCommand.of(name));
        }
    }
}
