package io.quarkiverse.redis.multiplexer.nativeimage;

/** Something that there can be much of. */
interface Load {

    /** Of the figure. */
    String name();

    /** @throws Failed if anything went wrong while there was much of it */
    double perSecond(RunningApplication application) throws Exception;
}
