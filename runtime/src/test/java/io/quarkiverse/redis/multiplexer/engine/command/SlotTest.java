package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Slot}: the vectors of the cluster's specification, and slots as servers gave them (CLUSTER KEYSLOT). */
class SlotTest {

    @Test
    void theChecksumIsThatOfTheSpecification() {
        byte[] bytes = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertEquals(0x31C3, Slot.crc16(bytes, 0, bytes.length));
        assertEquals(0, Slot.crc16(bytes, 3, 3));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = { "123456789, 12739", "foo, 12182", "bar, 5061", "\"\", 0", "foo{}{bar}, 8363",
            "foo{{bar}}zap, 4015", "foo{bar}{zap}, 5061" })
    void aKeyHasTheSlotThatServersGiveIt(String key, int slot) {
        assertEquals(slot, slot(key));
    }

    @ParameterizedTest
    @CsvSource({ "{user1000}.following, user1000", "{user1000}.followers, user1000", "x{tag}y, tag", "foo{bar}{zap}, bar",
            "foo{{bar}}zap, {bar", "}{a}, a" })
    void onlyTheTagCounts(String key, String tag) {
        assertEquals(whole(tag), slot(key));
    }

    @ParameterizedTest
    @CsvSource({ "foo{}{bar}", "{}", "{", "}", "}{", "a{b", "a}b", "{}x{tag}" })
    void anEmptyOrOpenTagIsNone(String key) {
        assertEquals(whole(key), slot(key));
    }

    @Test
    void onlyTheKeyIsLookedAt() {
        byte[] bytes = "{x{tag}y}".getBytes(StandardCharsets.US_ASCII);
        assertEquals(whole("tag"), Slot.of(bytes, 1, bytes.length - 1));
        assertEquals(whole("{ta"), Slot.of(bytes, 2, 5));
    }

    @Test
    void bytesAreNotSigned() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
            int slot = Slot.of(bytes, i, i + 1);
            assertTrue(slot >= 0 && slot < Slot.COUNT, slot + " of " + i);
        }
        // The register shifted bit by bit, as the specification has it.
        int crc = 0;
        for (byte next : bytes) {
            crc ^= (next & 0xFF) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = ((crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021) & 0xFFFF;
            }
        }
        assertEquals(crc, Slot.crc16(bytes, 0, bytes.length));
    }

    private static int slot(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        return Slot.of(bytes, 0, bytes.length);
    }

    private static int whole(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        return Slot.crc16(bytes, 0, bytes.length) % Slot.COUNT;
    }
}
