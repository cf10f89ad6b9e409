/**
 * The shared connections of a node: commands of many callers, written in batches, one lane per event loop.
 * <p>
 * Door: {@code LaneGroup}. A command comes in through the {@code Intake}, waits in the {@code Backlog}, and is handed to the
 * lane's connection once per turn of its event loop; what gets no answer is dealt with in the {@code Settlement}.
 * {@code Refusals} and {@code RefusedCommands} hold back what a busy server refuses; the {@code SideTrack} takes reads whose
 * replies are large.
 * <p>
 * Who has lanes to several nodes on an event loop has one {@code Intake} of its own for all of them, and gives commands to each
 * {@code Lane} directly. It is told as {@code Elsewhere} what a node has not executed, and finds in the {@code LaneContents}
 * what else would have to go to another node.
 * <p>
 * States: those of the connection that the lane keeps; of a side track: idle, ahead, holding, released; of the
 * backlog: flowing, awaiting quiet, detouring; of what a busy server has refused: none, refused, waiting, probing.
 * <p>
 * Invariants: an accepted command is in exactly one of the arrivals, the backlog, the refused ones and an in-flight queue until
 * it is complete; commands of one thread to one key take effect in their order, also when they are sent again; bytes and
 * numbers are bounded.
 */
package io.quarkiverse.redis.multiplexer.engine.lane;
