/**
 * Which of its servers answers what a client asks, and what belongs to a server: its lanes, its dedicated connections, its
 * subscription hub.
 * <p>
 * Door: {@code Topology}, in verbs: submit, run alone, lend, the hub; whoever asks learns nothing of nodes. {@code Standalone}
 * is
 * the only one so far: one {@code Node}, which answers everything. One of many servers makes as many nodes, each with its own
 * address, and chooses among them by the keys of a command. A {@code LoneCommand} is one that has a connection for itself.
 * <p>
 * {@code ClusterView} is a cluster as a client knows it. Its {@code Refresher} has a {@code Survey} made of what the nodes say
 * when {@code RefreshPace} allows; {@code Vote} makes one {@code SlotMap} of their answers; {@code Moves} are what redirects
 * have named since. None of them knows a connection: nodes are asked through an {@code Asker}.
 * <p>
 * States: a node is there, or closed, and then everything fails as not sent; of what keeps a cluster
 * up to date those of {@code RefreshState}.
 * <p>
 * Invariants: one node's trouble costs that node's keys only; what a node owns is made when it is first needed, and ends with
 * it; the doors give no connection that may not be there, but fail what needs one.
 */
package io.quarkiverse.redis.multiplexer.engine.topology;
