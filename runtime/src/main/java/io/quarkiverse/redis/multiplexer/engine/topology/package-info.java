/**
 * Which of its servers answers what a client asks, and what belongs to a server: its lanes, its dedicated connections, its
 * subscription hub.
 * <p>
 * Door: {@code Topology}, in verbs: submit, run alone, lend, the hub; whoever asks learns nothing of nodes. {@code Standalone}
 * is one {@code Node}, which answers everything. {@code Cluster} makes as many nodes as there are, each with its own address,
 * and chooses among them by the keys of a command. A {@code LoneCommand} is one that has a connection for itself.
 * <p>
 * Commands to a cluster go through the {@code ClusterLoop} of their event loop, which keeps those of a slot in order whatever
 * becomes of it: {@code SlotHold} tells how.
 * <p>
 * {@code ClusterView} is a cluster as a client knows it. Its {@code Refresher} has a {@code Survey} made of what the nodes say
 * when {@code RefreshPace} allows; {@code Vote} makes one {@code SlotMap} of their answers; {@code Moves} are what redirects
 * have named since. None of them knows a connection: nodes are asked through an {@code Asker}.
 * <p>
 * {@code SinglePrimary} is one server at a time that answers everything, and that others take the place of; to a
 * {@code ClusterLoop} it is a cluster of one shard, whose commands all have the same slot. {@code PrimaryView} is that server
 * as
 * a client knows it, and has a {@code PrimarySearch} made when {@code RefreshPace} allows: {@code SentinelSearch} asks
 * sentinels,
 * {@code ReplicationSearch} the servers themselves, and {@code FixedPrimary} nobody. They ask on {@code Links} of their own,
 * and
 * have {@code ServerRoles} verify what they are told. {@code Sentinel} and {@code Replication} put these together.
 * <p>
 * Where reads may go to {@code Replicas}, a {@code ReplicaWatch} asks these whether they are fit, when its {@code ReplicaTable}
 * says so; {@code ReadPolicy} chooses among those that are, and {@code ReplicaRoutes} give each read to the one whose turn it
 * is.
 * None of them but the last knows of slots.
 * <p>
 * Of a cluster, a {@code Planner} finds out what is asked of which nodes for a command that has not its keys in one slot, by
 * the tables {@code Policies} and {@code KeyGroups}; a {@code PlanRun} asks the {@code ClusterNodes}, and the {@code Gathering}
 * makes one answer of theirs. Commands that the client does not know wait in the {@code Planning} of their event loop until a
 * node has told where their keys are ({@code ToldCommands}).
 * <p>
 * States: a node is there, or closed, and then everything fails as not sent; of what keeps a cluster up to date those of
 * {@code RefreshState}; of the commands of a slot those of {@code SlotHold}; of a replica those of {@code ReplicaState}.
 * <p>
 * Invariants: one node's trouble costs that node's keys only; what a node owns is made when it is first needed, and ends with
 * it; the doors give no connection that may not be there, but fail what needs one.
 */
package io.quarkiverse.redis.multiplexer.engine.topology;
