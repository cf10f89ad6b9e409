package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.CapturedLog;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link ReplicationSearch}, and {@link FixedPrimary}, which searches for nothing. */
class ReplicationSearchTest {

    private static final Clues NO_CLUES = new Clues(Optional.empty(), Set.of());

    @RegisterExtension
    final CapturedLog log = new CapturedLog();

    private final HandLinks links = new HandLinks();

    private static ClientSettings settings(int... ports) {
        RedisOptions options = new RedisOptions().setType(RedisClientType.REPLICATION);
        for (int port : ports) {
            options.addConnectionString("redis://h:" + port);
        }
        return ClientSettings.of("test", options, new MultiplexerOptions());
    }

    private ReplicationSearch search(int... ports) {
        return new ReplicationSearch(settings(ports), links);
    }

    private static String master(int... replicas) {
        StringBuilder reply = new StringBuilder("*3\r\n$6\r\nmaster\r\n:1\r\n*" + replicas.length + "\r\n");
        for (int replica : replicas) {
            reply.append("*3\r\n$1\r\nh\r\n$4\r\n").append(replica).append("\r\n$1\r\n1\r\n");
        }
        return reply.toString();
    }

    private static String slaveOf(int port) {
        return "*5\r\n$5\r\nslave\r\n$1\r\nh\r\n:" + port + "\r\n$9\r\nconnected\r\n:1\r\n";
    }

    private void role(int port, String role) {
        links.to(port).accept().asked("ROLE").tell(role);
    }

    private static SocketAddress primary(Future<Shard> found) {
        assertTrue(found.succeeded(), () -> String.valueOf(found.cause()));
        return found.result().primary().address();
    }

    @Test
    void allHostsAreAskedAndTheOneThatIsThePrimaryIsIt() {
        Future<Shard> found = search(7001, 7002, 7003).find(NO_CLUES);
        role(7001, slaveOf(7002));
        role(7002, master(7001));
        links.to(7003).refuse();
        assertEquals(at(7002), primary(found));
        assertEquals(List.of(at(7001)), found.result().replicas().stream().map(Shard.Member::address).toList());
    }

    @Test
    void aPrimaryWithoutReplicasIsOne() {
        Future<Shard> found = search(7001).find(NO_CLUES);
        role(7001, master());
        assertEquals(at(7001), primary(found));
    }

    @Test
    void aReplicaLeadsToAPrimaryThatIsNotConfigured() {
        Future<Shard> found = search(7001).find(NO_CLUES);
        role(7001, slaveOf(7009));
        role(7009, master(7001));
        assertEquals(at(7009), primary(found));
    }

    @Test
    void theOneThatIsKnownIsAskedFirstAndNobodyElseAsLongAsItIsThePrimary() {
        ReplicationSearch search = search(7001, 7002);
        Future<Shard> found = search.find(new Clues(Optional.of(at(7002)), Set.of()));
        role(7002, master());
        assertEquals(at(7002), primary(found));
        links.assertNothingIsWanted();

        Future<Shard> other = search.find(new Clues(Optional.of(at(7002)), Set.of()));
        role(7002, slaveOf(7001));
        role(7001, master(7002));
        assertEquals(at(7001), primary(other));
    }

    @Test
    void thoseThatThePrimaryHasToldOfAreAskedWhenItIsGone() {
        ReplicationSearch search = search(7001);
        search.find(NO_CLUES);
        role(7001, master(7002, 7003));

        Future<Shard> found = search.find(new Clues(Optional.of(at(7001)), Set.of(at(7001))));
        links.to(7001).refuse();
        role(7002, slaveOf(7001));
        role(7003, master());
        assertEquals(at(7003), primary(found));
    }

    @Test
    void aPrimaryThatIsTooBusyToTellItsRoleIsBelievedWhatItSaidAtTheBeginning() {
        ReplicationSearch search = search(7001);
        search.find(NO_CLUES);
        role(7001, master(7002));

        Future<Shard> found = search.find(new Clues(Optional.of(at(7001)), Set.of()));
        HandLinks.HandLink busy = links.to(7001).accept();
        busy.role = NodeRole.PRIMARY;
        busy.asked("ROLE").refuse("BUSY Redis is busy running a script.");
        assertEquals(at(7001), primary(found));
        assertEquals(List.of(at(7002)), found.result().replicas().stream().map(Shard.Member::address).toList());
    }

    @Test
    void ofTwoPrimariesItIsTheOneThatOthersTakeForIt() {
        Future<Shard> found = search(7001, 7002, 7003).find(new Clues(Optional.of(at(7001)), Set.of(at(7001))));
        role(7001, master());
        role(7002, master(7003));
        role(7003, slaveOf(7002));
        assertEquals(at(7002), primary(found));
    }

    /** Every instance of an application is to choose the same one. */
    @Test
    void ofTwoPrimariesThatAreEqualItIsTheFirstHostWhoeverAnswersFirst() {
        Future<Shard> found = search(7001, 7002).find(NO_CLUES);
        HandLinks.Question first = links.to(7001).accept().asked("ROLE");
        role(7002, master());
        first.tell(master());
        assertEquals(at(7001), primary(found));
    }

    @Test
    void withoutAPrimaryTheFailureTellsWhatTheServersSay() {
        Future<Shard> found = search(7001, 7002).find(NO_CLUES);
        role(7001, slaveOf(7003));
        links.to(7002).refuse();
        links.to(7003).refuse();
        String message = found.cause().getMessage();
        assertTrue(message.contains("h:7001 says that it is a slave of h:7003"), message);
        assertTrue(message.contains("h:7002: "), message);
    }

    @Test
    void ifNobodyAnswersWhatAServerHasSaidIsTheReason() {
        Future<Shard> found = search(7001).find(NO_CLUES);
        links.to(7001).promise().fail(ErrorType.create("WRONGPASS invalid"));
        assertInstanceOf(ErrorType.class, found.cause());
    }

    @Test
    void aFixedPrimaryIsTheFirstHostAndSaysOnceThatItIsAReplica() {
        FixedPrimary fixed = new FixedPrimary(settings(7001, 7002), links);
        assertEquals(at(7001), primary(fixed.find(NO_CLUES)));
        role(7001, slaveOf(7002));
        assertEquals(1, log.messages("h:7001 is the first of quarkus.redis.hosts").size());
        assertEquals(at(7001), primary(fixed.find(NO_CLUES)));
        links.assertNothingIsWanted();
        assertEquals(Optional.empty(), fixed.verdict(ErrorType.create("READONLY x"), at(7001)));
        assertEquals(at(7002), fixed.address(at(7002)).socket());
    }
}
