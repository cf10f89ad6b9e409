package io.quarkiverse.redis.multiplexer.nativeimage;

/** Something that an executable must be able to do. */
interface Check {

    String name();

    /**
     * @return what was seen, in a few words
     * @throws Exception that says what is not as it has to be
     */
    String run(Ground ground) throws Exception;
}
