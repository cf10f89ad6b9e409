package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AudienceTest {

    private final Audience audience = new Audience(3, 32);

    @Test
    void whatEverybodyHasHeardIsCounted() {
        audience.subscriber(0).heard(32);
        audience.subscriber(2).heard(32);
        audience.subscriber(2).heard(32);

        assertEquals(3, audience.heard());
    }

    @Test
    void whatIsMissingOrTooMuchIsAFailure() {
        audience.subscriber(0).heard(32);
        audience.subscriber(2).heard(32);
        audience.subscriber(2).heard(32);

        assertEquals(2, audience.failures(1), "one has heard nothing, and one has heard one too many");
        assertEquals(3, audience.failures(2));
    }

    @Test
    void aMessageOfAnotherLengthHasNotBeenHeard() {
        for (int i = 0; i < 3; i++) {
            audience.subscriber(i).heard(i == 1 ? 31 : 32);
        }

        assertEquals(2, audience.heard());
        assertEquals(2, audience.failures(1), "it is wrong, and another one is missing");
    }

    @Test
    void witnessesAreAsSlowAsTheSlowestOfThem() {
        audience.subscriber(0).heard(32);
        audience.subscriber(1).heard(32);
        assertEquals(0, audience.heardByWitnesses());

        audience.subscriber(2).heard(32);
        audience.subscriber(2).heard(32);
        assertEquals(1, audience.heardByWitnesses());

        Audience large = new Audience(1000, 32);
        for (int i = 1; i < 1000; i++) {
            large.subscriber(i).heard(32);
        }
        assertEquals(1, large.heardByWitnesses(), "the first one is none of them");
    }
}
