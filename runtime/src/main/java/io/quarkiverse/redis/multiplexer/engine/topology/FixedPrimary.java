package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The primary is the first of the hosts, as they are configured, and stays it, whatever it says; the others are its replicas.
 * That it says something else is logged, once. Callers get its READONLY, and it is connected anew, as its name may belong to
 * another server by then.
 */
final class FixedPrimary implements PrimarySearch {

    private static final Logger LOG = Logger.getLogger("io.quarkiverse.redis.multiplexer");

    private final ClusterAddresses addresses;
    private final ServerRoles roles;
    private final ReplicationTrouble trouble;
    private boolean asked;

    FixedPrimary(ClientSettings settings, Links links) {
        this.addresses = new ClusterAddresses(settings.addresses());
        this.roles = new ServerRoles(links);
        this.trouble = new ReplicationTrouble(settings.name());
    }

    @Override
    public void begin(Runnable hint) {
        // Nothing changes.
    }

    @Override
    public Future<Shard> find(Clues clues) {
        List<Member> members = addresses.seeds().stream().map(seed -> new Member(seed.socket(), Health.UNKNOWN, "")).toList();
        if (!asked) {
            asked = true;
            NodeAddress first = addresses.seeds().get(0);
            roles.ask(first).onFailure(cause -> asked = false).onSuccess(told -> {
                if (told.role() == NodeRole.REPLICA) {
                    LOG.warn(trouble.firstIsNoPrimary(first.socket(), told));
                }
            });
        }
        return Future.succeededFuture(new Shard(members.get(0), members.subList(1, members.size())));
    }

    @Override
    public NodeAddress address(SocketAddress server) {
        return addresses.of(server);
    }

    @Override
    public Optional<Verdict> verdict(ErrorType error, SocketAddress from) {
        return Optional.empty();
    }

    @Override
    public Future<Void> close() {
        return roles.close();
    }
}
