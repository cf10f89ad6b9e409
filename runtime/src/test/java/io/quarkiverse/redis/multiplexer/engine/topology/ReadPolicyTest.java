package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.topology.ReadPolicy.Targets;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;

/** {@link ReadPolicy}, and {@link ReadMap}, which asks it. */
class ReadPolicyTest {

    private static final ReadPolicy ALWAYS = new ReadPolicy(RedisReplicas.ALWAYS, "");
    private static final ReadPolicy SHARE = new ReadPolicy(RedisReplicas.SHARE, "");

    private final Shard shard = shard(member(1, Health.ONLINE, "a"), member(2, Health.ONLINE, "a"),
            member(3, Health.ONLINE, "b"));

    private static Shard shard(Member primary, Member... replicas) {
        return new Shard(primary, List.of(replicas));
    }

    private static Member member(int port, Health health, String zone) {
        return new Member(at(port), health, zone);
    }

    private static Set<SocketAddress> ports(Integer... ports) {
        return Arrays.stream(ports).map(ClusterByHand::at).collect(Collectors.toSet());
    }

    private static Targets targets(boolean withPrimary, int... replicas) {
        return new Targets(Arrays.stream(replicas).mapToObj(ClusterByHand::at).toList(), withPrimary);
    }

    @Test
    void onlyWhoHasProvedToBeFitIsReadFrom() {
        assertEquals(targets(false, 2, 3), ALWAYS.choose(shard, ports(2, 3), Map.of()));
        assertEquals(targets(false, 3), ALWAYS.choose(shard, ports(3), Map.of()));
        assertEquals(targets(false), ALWAYS.choose(shard, ports(), Map.of()));
        assertEquals(targets(true, 2, 3), SHARE.choose(shard, ports(2, 3), Map.of()));
        assertEquals(targets(true), SHARE.choose(shard, ports(9), Map.of()));
    }

    @Test
    void nobodyIsReadFromWhomOthersTellNotToBeWell() {
        Shard ill = shard(member(1, Health.ONLINE, ""), member(2, Health.LOADING, ""), member(3, Health.FAILED, ""),
                member(4, Health.UNKNOWN, ""));
        assertEquals(targets(false, 4), ALWAYS.choose(ill, ports(2, 3, 4), Map.of()));
    }

    @Test
    void thoseInTheZoneComeFirst() {
        assertEquals(targets(false, 3), new ReadPolicy(RedisReplicas.ALWAYS, "b").choose(shard, ports(2, 3), Map.of()));
        assertEquals(targets(true, 2), new ReadPolicy(RedisReplicas.SHARE, "a").choose(shard, ports(2, 3), Map.of()));
        assertEquals(targets(false, 3), new ReadPolicy(RedisReplicas.SHARE, "b").choose(shard, ports(2, 3), Map.of()));
    }

    @Test
    void whereNobodyInTheZoneIsFitAllOthersAreReadFrom() {
        assertEquals(targets(false, 2), new ReadPolicy(RedisReplicas.ALWAYS, "b").choose(shard, ports(2), Map.of()));
        assertEquals(targets(true, 2), new ReadPolicy(RedisReplicas.SHARE, "b").choose(shard, ports(2), Map.of()));
        assertEquals(targets(true, 2, 3), new ReadPolicy(RedisReplicas.SHARE, "c").choose(shard, ports(2, 3), Map.of()));
    }

    @Test
    void aZoneIsWhatTheClusterTellsOrElseTheNodeItself() {
        Shard untold = shard(member(1, Health.ONLINE, ""), member(2, Health.ONLINE, ""), member(3, Health.ONLINE, "a"));
        Map<SocketAddress, String> zones = Map.of(at(1), "b", at(2), "b", at(3), "b");
        assertEquals(targets(false, 2), new ReadPolicy(RedisReplicas.ALWAYS, "b").choose(untold, ports(2, 3), zones));
    }

    @Test
    void itIsConfigured() {
        ClientSettings settings = ClientSettings.of("test",
                new RedisOptions().setConnectionString("redis://h:1").setUseReplicas(RedisReplicas.SHARE),
                new MultiplexerOptions().setReadZone("z"));
        ReadPolicy policy = ReadPolicy.of(settings);
        assertEquals(new ReadPolicy(RedisReplicas.SHARE, "z"), policy);
        assertTrue(policy.hasZone() && policy.sharesWithPrimary());
        assertFalse(ALWAYS.hasZone() || ALWAYS.sharesWithPrimary());
    }

    @Test
    void aMapKnowsItsShardsAndReplicas() {
        SlotMap slots = ClusterByHand.map("1+2+3:0-100 4+5:101-16383");
        ReadMap map = new ReadMap(ALWAYS, slots, ports(3), Map.of());
        assertEquals(targets(false, 3), map.targets(map.shard(7).orElseThrow()));
        assertEquals(targets(false), map.targets(map.shard(200).orElseThrow()));
        assertEquals(ports(2, 3, 5), map.replicas());
        assertEquals(ports(2, 3), map.replicasOf(at(1)));
        assertEquals(ports(), map.replicasOf(at(2)));
        assertFalse(map.contradictsHealth());
        assertTrue(ReadMap.empty(ALWAYS).shard(7).isEmpty());

        Shard ill = shard(member(1, Health.ONLINE, ""), member(2, Health.FAILED, ""));
        SlotMap failed = new SlotMap(List.of(ill), List.of());
        assertTrue(new ReadMap(ALWAYS, failed, ports(2), Map.of()).contradictsHealth());
        assertFalse(new ReadMap(ALWAYS, failed, ports(), Map.of()).contradictsHealth());
    }
}
