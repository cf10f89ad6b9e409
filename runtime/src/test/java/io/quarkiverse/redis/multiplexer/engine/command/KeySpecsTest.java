package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.StockCodec;

/** {@link KeySpecs}: what servers tell of keys whose place three numbers cannot say. */
class KeySpecsTest {

    private static final String AT_TWO = "+begin_search|*4|+type|+index|+spec|*2|+index|:2|";
    private static final String TO_THE_END = "+find_keys|*4|+type|+range|+spec|*6|+lastkey|:-1|+keystep|:2|+limit|:0|";
    private static final String COUNTED = "+find_keys|*4|+type|+keynum|+spec|*6|+keynumidx|:0|+firstkey|:1|+keystep|:1|";
    private static final String STREAMS = "+begin_search|*4|+type|+keyword|+spec|*4|+keyword|+STREAMS|+startfrom|:1|"
            + "+find_keys|*4|+type|+range|+spec|*6|+lastkey|:-1|+keystep|:1|+limit|:2|";
    private static final String FIRST = "+begin_search|*4|+type|+index|+spec|*2|+index|:1|"
            + "+find_keys|*4|+type|+range|+spec|*6|+lastkey|:0|+keystep|:1|+limit|:0|";

    private static String spec(String flag, String places) {
        return "*6|+flags|*1|+" + flag + "|" + places;
    }

    private static KeyPositions read(String resp) throws Exception {
        return KeySpecs.read(reply(resp));
    }

    private static Response reply(String resp) throws Exception {
        return StockCodec.parse(resp.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1)).get(0);
    }

    @Test
    void keysBeginSomewhereAndGoOnOrAreCounted() throws Exception {
        assertEquals(KeyPositions.fixed(1, -1, 2), read("*1|" + spec("RO", AT_TWO + TO_THE_END)));
        assertEquals(KeyPositions.COUNTED_SECOND, read("*1|" + spec("RW", AT_TWO + COUNTED)));
        assertEquals(KeyPositions.STREAMS, read("*1|" + spec("RO", STREAMS)));
        assertEquals(KeyPositions.FIRST_AND_COUNTED, read("*2|" + spec("OW", FIRST) + spec("RO", AT_TWO + COUNTED)));
    }

    @Test
    void whatIsNotAllOrOfAnotherFormIsNotTold() throws Exception {
        assertEquals(KeyPositions.UNTOLD, read("*0|"));
        assertEquals(KeyPositions.UNTOLD, read("*1|" + spec("incomplete", FIRST)));
        assertEquals(KeyPositions.UNTOLD, read("*2|" + spec("RO", FIRST) + spec("RO", FIRST)));
        assertEquals(KeyPositions.UNTOLD, read("*2|" + spec("RO", FIRST) + spec("RO", STREAMS)));
        assertEquals(KeyPositions.UNTOLD, read("*1|" + spec("RO", AT_TWO + COUNTED.replace("+keynumidx|:0", "+keynumidx|:3"))));
        assertEquals(KeyPositions.UNTOLD, read("*1|" + spec("RO", FIRST.replace("+keystep|:1", "+keystep|:0"))));
        assertEquals(KeyPositions.UNTOLD, read("*1|" + spec("RO", FIRST.replace("+range", "+unknown"))));
    }

    /** Whoever reads the whole answer leaves out the command. */
    @Test
    void whatMakesNoSenseIsNotRead() {
        assertThrows(RuntimeException.class, () -> read("*1|+OK|"));
        assertThrows(RuntimeException.class, () -> read("*1|*2|+flags|*0|"));
    }
}
