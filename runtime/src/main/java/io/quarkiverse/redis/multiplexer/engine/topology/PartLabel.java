package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;

import io.vertx.core.buffer.Buffer;

/** What a part of a command is about. Asked for when something has failed. */
interface PartLabel {

    /** Empty if it is about a whole node. */
    List<Buffer> keys();

    /** Of its keys, printable; or of the node. */
    List<String> names();
}
