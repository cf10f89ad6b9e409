package io.quarkiverse.redis.multiplexer.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

/** A slice of the fuzzing, always the same; coverage guides only the full one. */
class DecoderFuzzerTest {

    private static final int INPUTS = 100_000;
    private static final String[] WORDS = { "*2\r\n", "*0\r\n", "*-1\r\n", "$3\r\nfoo\r\n", "$0\r\n\r\n", "$-1\r\n", ":42\r\n",
            "+OK\r\n", "-ERR no\r\n", "%1\r\n", "~1\r\n", ">2\r\n", "|1\r\n", "_\r\n", "#t\r\n", ",1.5\r\n",
            "(12345678901234567890\r\n",
            "=7\r\ntxt:foo\r\n", "!3\r\nERR\r\n", "\r\n", "-", "1", "$", "\u0000", "\u00ff" };

    @Test
    void wordsOfTheProtocolInAnyOrderAndAnyWayDamagedEndWell() {
        SplittableRandom random = new SplittableRandom(4);
        DecoderFuzzer fuzzer = new DecoderFuzzer();
        for (int i = 0; i < INPUTS; i++) {
            StringBuilder input = new StringBuilder().append((char) random.nextInt(256));
            for (int words = random.nextInt(10); words >= 0; words--) {
                input.append(WORDS[random.nextInt(WORDS.length)]);
            }
            if (random.nextBoolean()) {
                input.setCharAt(random.nextInt(input.length()), (char) random.nextInt(256));
            }
            fuzzer.accept(input.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        assertTrue(fuzzer.refusals() > INPUTS / 10 && fuzzer.refusals() < INPUTS, "refused: " + fuzzer.refusals());
    }
}
