package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.decode;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.SentinelAccess;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.topology.HandLinks.HandLink;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisRole;
import io.vertx.redis.client.impl.types.ErrorType;

class SentinelSearchTest extends SentinelSearchByHand {

    @Test
    void theNextSentinelIsAskedWhenOneCannotBeReachedDoesNotAnswerOrLies() {
        Future<Shard> found = search().find(NO_CLUES);
        sentinels.to(1).refuse();
        HandLink silent = sentinels.to(2).accept();
        searched(silent).fail();
        assertTrue(silent.closed);
        HandLink third = sentinels.to(3).accept();
        searched(third).tell(server(7001));
        role(7001, MASTER);
        assertEquals(7001, port(found));
        assertFalse(third.closed);
    }

    @Test
    void aServerThatSaysThatItIsNoPrimaryIsNotUsedAndNotAskedAgain() {
        Future<Shard> found = search().find(NO_CLUES);
        searched(sentinels.to(1).accept()).tell(server(7001));
        role(7001, SLAVE);
        searched(sentinels.to(2).accept()).tell(server(7001));
        servers.assertNothingIsWanted();
        searched(sentinels.to(3).accept()).tell(server(7002));
        role(7002, MASTER);
        assertEquals(7002, port(found));
    }

    @Test
    void whoMayNotAskForTheRoleBelievesWhatWasSaidAtTheBeginning() {
        Future<Shard> found = search().find(NO_CLUES);
        searched(sentinels.to(1).accept()).tell(server(7001));
        HandLink replica = servers.to(7001).accept();
        replica.role = NodeRole.REPLICA;
        replica.asked("ROLE").refuse("NOPERM no permissions");
        searched(sentinels.to(2).accept()).tell(server(7002));
        HandLink primary = servers.to(7002).accept();
        primary.role = NodeRole.PRIMARY;
        primary.asked("ROLE").refuse("NOPERM no permissions");
        assertEquals(7002, port(found));
    }

    @Test
    void theOneWhoseAnswerWasRightIsAskedFirstTheNextTimeOnTheSameLink() {
        SentinelSearch search = search();
        search.find(NO_CLUES);
        sentinels.to(1).refuse();
        HandLink second = sentinels.to(2).accept();
        searched(second).tell(server(7001));
        role(7001, MASTER);
        second.asked(WHERE).tell(server(7001));

        Future<Shard> found = search.find(NO_CLUES);
        sentinels.assertNothingIsWanted();
        searched(second).tell(server(7002));
        second.asked(EPOCH).tell(epoch(1));
        role(7002, MASTER);
        assertEquals(7002, port(found));
    }

    @Test
    void sentinelsThatOneTellsOfAreAskedToo() {
        SentinelSearch search = search(RedisRole.MASTER, "redis://user:secret@h:1/5");
        search.find(NO_CLUES);
        HandLink link = sentinels.to(1).accept();
        assertNull(link.address.database());
        link.asked(OTHERS).tell(instances("ip h port 8", "ip h port 9", "ip  port 0"));
        link.asked(WHERE).tell(server(7001));
        role(7001, MASTER);
        link.listener.onLost(new IllegalStateException("gone"));
        assertEquals(1, hints);

        Future<Shard> found = search.find(NO_CLUES);
        sentinels.to(1).refuse();
        HandLinks.Opening learnt = sentinels.to(8);
        assertEquals("secret", learnt.address().password());
        HandLink other = learnt.accept();
        searched(other).tell(server(7002));
        other.asked(EPOCH).tell(epoch(1));
        role(7002, MASTER);
        assertEquals(7002, port(found));
        NodeAddress address = search.address(at(7002));
        assertEquals(List.of("user", "secret", 5), List.of(address.user(), address.password(), address.database()));
    }

    @Test
    void sentinelsMayHaveALoginAndTlsOfTheirOwn() {
        options = new MultiplexerOptions().setSentinelAccess(
                new SentinelAccess(Optional.of("watcher"), Optional.of("other"), Optional.of(true)));
        SentinelSearch search = search(RedisRole.MASTER, "redis://user:secret@h:1");
        search.find(NO_CLUES);
        NodeAddress sentinel = sentinels.to(1).address();
        assertEquals(List.of("watcher", "other", true), List.of(sentinel.user(), sentinel.password(), sentinel.tls()));
        NodeAddress server = search.address(at(7001));
        assertEquals(List.of("user", "secret", false), List.of(server.user(), server.password(), server.tls()));
    }

    @Test
    void aNameThatNobodyKnowsIsFinalAndTellsThoseThatAreKnown() {
        Future<Shard> found = search(RedisRole.MASTER, "redis://h:1", "redis://h:2").find(NO_CLUES);
        HandLink first = sentinels.to(1).accept();
        searched(first).answer().complete();
        first.asked("SENTINEL MASTERS").tell(instances("name orders ip h", "name invoices ip h"));
        HandLink second = sentinels.to(2).accept();
        searched(second).answer().complete();
        second.asked("SENTINEL MASTERS").refuse("NOPERM");
        assertInstanceOf(ErrorType.class, found.cause());
        assertTrue(found.cause().getMessage().endsWith("'mymaster' (quarkus.redis.master-name); they know invoices, orders"),
                found.cause()::getMessage);
    }

    @Test
    void thatOneDoesNotKnowTheNameAndOthersCannotBeReachedIsAMatterOfWaiting() {
        Future<Shard> found = search(RedisRole.MASTER, "redis://h:1", "redis://h:2").find(NO_CLUES);
        HandLink first = sentinels.to(1).accept();
        searched(first).answer().complete();
        first.asked("SENTINEL MASTERS").tell("*0\r\n");
        sentinels.to(2).refuse();
        assertFalse(found.cause() instanceof ErrorType);
        assertTrue(found.cause().getMessage().contains("h:2"), found.cause()::getMessage);
    }

    @Test
    void whatASentinelSaysOfASwitchIsAReasonToSearch() {
        HandLink link = find(search());
        assertTrue(link.channels.contains("+switch-master"), link.channels::toString);
        link.listener.onMessage(decode("*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$19\r\nother h 7001 h 7002\r\n"));
        assertEquals(0, hints);
        link.listener.onMessage(decode("*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$22\r\nmymaster h 7001 h 7002\r\n"));
        assertEquals(1, hints);
        link.listener.onMessage(decode("*3\r\n$7\r\nmessage\r\n$15\r\n+promoted-slave\r\n"
                + "$38\r\nslave h:7002 h 7002 @ mymaster h 7001 \r\n"));
        assertEquals(2, hints);
    }

    /** Meanwhile it was not listened to: the server may have been frozen, and be the primary no more when it answers. */
    @Test
    void whatASentinelHasSaidBeforeItWasListenedToIsAskedAgain() {
        search().find(NO_CLUES);
        HandLink link = sentinels.to(1).accept();
        searched(link).tell(server(7001));
        role(7001, MASTER);
        assertTrue(link.channels.contains("+switch-master"), link.channels::toString);
        assertEquals(0, hints);
        link.asked(WHERE).tell(server(7002));
        assertEquals(1, hints);
    }

    @Test
    void aSentinelThatRefusesToTellIsAskedInsteadAndThatIsLoggedOnce() {
        SentinelSearch search = search();
        search.find(NO_CLUES);
        HandLink link = sentinels.to(1).accept();
        link.refusal = ErrorType.create("NOPERM no permissions to access a channel");
        searched(link).tell(server(7001));
        role(7001, MASTER);
        link.asked(WHERE).tell(server(7001));
        assertFalse(link.closed);
        assertEquals(0, hints);
        pass(WATCH_MILLIS);
        link.asked(WHERE).tell(server(7002));
        assertEquals(1, hints);
        assertEquals(1, log.messages("h:1 refuses to tell when another server becomes the primary (NOPERM").size());
    }

    @Test
    void aMessageThatWasLostIsMadeUpForByAskingAgainAndAgain() {
        HandLink link = find(search());
        pass(WATCH_MILLIS);
        link.asked(WHERE).tell(server(7001));
        assertEquals(0, hints);
        pass(WATCH_MILLIS);
        link.asked(WHERE).tell(server(7002));
        assertEquals(1, hints);
        pass(WATCH_MILLIS);
        link.asked(WHERE).fail();
        assertEquals(2, hints);
    }

    @Test
    void aQuestionThatCannotBeAskedIsAskedTheNextTime() {
        HandLink link = find(search());
        link.thrown = new Error("on purpose");
        pass(WATCH_MILLIS);
        link.thrown = null;
        pass(WATCH_MILLIS);
        link.asked(WHERE).tell(server(7002));
        assertEquals(1, hints);
    }

    @Test
    void afterTheEndNobodyIsAsked() {
        SentinelSearch search = search();
        HandLink link = find(search);
        search.close();
        assertTrue(link.closed && sentinels.closed && servers.closed);
        pass(WATCH_MILLIS);
        assertTrue(link.questions.isEmpty());
        assertTrue(search.find(NO_CLUES).failed());
    }

    @Test
    void whatIsOpenedDuringTheEndIsClosed() {
        SentinelSearch search = search();
        Future<Shard> found = search.find(NO_CLUES);
        HandLinks.Opening opening = sentinels.to(1);
        search.close();
        assertTrue(opening.accept().closed);
        assertTrue(found.failed());
    }

    @Test
    void aReplicaIsOneThatIsUpAndStaysTheSameAsLongAsItIs() {
        SentinelSearch search = search(RedisRole.REPLICA, "redis://h:1");
        String replicas = instances("ip h port 7002 flags slave master-link-status ok",
                "ip h port 7003 flags s_down,slave master-link-status ok", "ip h port 7004 flags slave master-link-status err",
                "ip h port 7005 flags slave master-link-status ok");
        Future<Shard> found = search.find(new Clues(Optional.of(at(7005)), Set.of()));
        HandLink link = sentinels.to(1).accept();
        searched(link).tell(server(7001));
        link.asked("SENTINEL REPLICAS MYMASTER").tell(replicas);
        role(7005, SLAVE);
        assertEquals(7005, port(found));

        Future<Shard> other = search.find(new Clues(Optional.of(at(7005)), Set.of(at(7005))));
        searched(link).tell(server(7001));
        link.asked("SENTINEL REPLICAS MYMASTER").tell(replicas);
        role(7002, UNLINKED);
        role(7005, SLAVE);
        assertEquals(7005, port(other));
        assertEquals(Optional.empty(), search.verdict(ErrorType.create("READONLY You can't write"), at(7005)));
    }

    @Test
    void aSentinelItselfIsTheOneThatAnswers() {
        SentinelSearch search = search(RedisRole.SENTINEL, "redis://h:1/3", "redis://h:2/3");
        Future<Shard> found = search.find(NO_CLUES);
        sentinels.to(1).refuse();
        sentinels.to(2).accept().asked("PING").tell("+PONG\r\n");
        assertEquals(2, port(found));
        assertNull(search.address(at(2)).database());
    }

    @Test
    void onlyAPrimaryIsFollowed() {
        SentinelSearch search = search();
        assertTrue(search.verdict(ErrorType.create("READONLY You can't write"), at(7001)).isPresent());
        assertEquals(Optional.of(at(7002)),
                search.verdict(ErrorType.create("REDIRECT h:7002"), at(7001)).flatMap(Verdict::target));
        assertEquals(Optional.empty(), search.verdict(ErrorType.create("MOVED 1 h:7002"), at(7001)));
    }
}
