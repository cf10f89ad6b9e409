package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanCursor.ByNode;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanCursor.BySlot;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanCursor.Side;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link ScanRun}, {@link ScanByNode}, {@link ScanSteps}, {@link ScanCursor} and {@link NodeSlots}, with answers by hand. */
class ScanRunTest {

    private static final String INFO = "# Server\r\nredis_version:8.0.2\r\n";
    /** Key a is in slot 15495, b in 3300, c in 7365. */
    private static final int A = 15495;

    private final HandNodes nodes = new HandNodes();

    private static Response text(String text) {
        return BulkType.create(Buffer.buffer(text), false);
    }

    private static Response scanned(long cursor, String... keys) {
        return Merge.array(List.of(text(Long.toUnsignedString(cursor)),
                Merge.array(List.of(keys).stream().map(ScanRunTest::text).toList())));
    }

    private PendingCommand last(String where, String words) {
        HandNodes.Sent sent = nodes.sent.get(nodes.sent.size() - 1);
        assertEquals(where + ": " + words, sent.where() + ": " + sent.words());
        return sent.command();
    }

    private static String lines(String mine) {
        return "id0 127.0.0.1:7000@17000,host0 myself,master - 0 0 1 connected" + mine + "\n"
                + "id1 127.0.0.1:7001@17001 master - 0 0 2 connected 1 4\nid3 :0@0 master,noaddr - 0 0 3 disconnected\n";
    }

    @Test
    void cursorsAreNumbersThatSayAll() {
        Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            BySlot slot = new BySlot(random.nextInt(16384), random.nextLong() >>> 33, random.nextInt(1 << 16),
                    Side.values()[random.nextInt(2)]);
            assertEquals(Optional.of(slot), ScanCursor.parse(slot.toString()));
            assertTrue(Long.parseLong(slot.toString()) > 0);
            ByNode node = new ByNode(random.nextInt(1023), random.nextLong() >>> 25, random.nextInt(1 << 12));
            assertEquals(Optional.of(node), ScanCursor.parse(node.toString()));
            assertTrue(Long.parseLong(node.toString()) > 0);
        }
        assertEquals("0", ScanCursor.parse("0").orElseThrow().toString());
        assertThrows(IllegalArgumentException.class, () -> BySlot.of(1L << 45, 1, Side.OWNER));
        assertThrows(IllegalArgumentException.class, () -> new ByNode(0, 1L << 39, 1));
        assertThrows(IllegalArgumentException.class, () -> new ByNode(1023, 0, 1));
        assertTrue(ScanCursor.nodeBits("x") < 1 << 16 && ScanCursor.mapBits(-1) < 1 << 12);
    }

    @ParameterizedTest
    @ValueSource(strings = { "x", "-1", "1024", "2305843009213693953", "18446744073709551615", "9223372036854775808" })
    void whatIsNoCursorIsRefused(String cursor) {
        assertEquals("ERR invalid cursor", nodes.run("SCAN " + cursor).cause().getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = { "redis_version:7.4.0", "redis_version:8.2.1", "redis_version:7.2.4\r\nvalkey_version:8.0.1" })
    void newServersGoBySlot(String info) {
        assertTrue(ScanSteps.goesBySlot("# Server\r\n" + info + "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "redis_version:7.2.4", "redis_version:6.2.14", "valkey_version:7.2.5", "redis_version:x", "" })
    void oldServersDoNot(String info) {
        assertFalse(ScanSteps.goesBySlot("# Server\r\n" + info + "\r\n"));
    }

    @Test
    void withinASlotTheCursorIsThatOfItsNode() {
        Future<Response> first = nodes.run("SCAN 0 MATCH x COUNT 7");
        last("slot 0", "INFO server").onReply(text(INFO));
        last("slot 0", "SCAN 0 MATCH x COUNT 7").onReply(scanned(5L << 14));
        String cursor = first.result().get(0).toString();

        Future<Response> second = nodes.run("SCAN " + cursor);
        last("slot 0", "SCAN " + (5L << 14)).onReply(scanned(6L << 14));
        assertFalse(second.result().get(0).toString().equals(cursor));
    }

    @Test
    void anotherNodeBeginsTheSlotAnew() {
        String cursor = BySlot.of(5L << 14 | 3, ScanCursor.nodeBits("another"), Side.OWNER).toString();
        nodes.run("SCAN " + cursor);

        last("slot 3", "SCAN 3");
    }

    @Test
    void aSlotIsDoneIfItsNodeSaysThatItHasIt() {
        Future<Response> answer = nodes.run("SCAN " + BySlot.startOf(A));
        last("slot " + A, "SCAN " + A).onReply(scanned(0, "a"));
        assertFalse(answer.isComplete());
        last("node 7000", "CLUSTER NODES").onReply(text(lines(" " + A)));

        // The next one is another node's.
        assertEquals(BySlot.startOf(A + 1).toString(), answer.result().get(0).toString());
        assertEquals("[a]", answer.result().get(1).toString());
        assertEquals(0, nodes.doubts);
    }

    @Test
    void aSlotThatItsNodeHasNotIsGoneThroughAgainAndTheMapIsDoubted() {
        Future<Response> answer = nodes.run("SCAN " + BySlot.startOf(3));
        last("slot 3", "SCAN 3").onReply(scanned(6));
        last("node 7000", "CLUSTER NODES").onReply(text(lines(" 0 6")));

        assertEquals(BySlot.startOf(3).toString(), answer.result().get(0).toString());
        assertEquals(1, nodes.doubts);
    }

    @Test
    void withoutPermissionToAskTheMapIsBelieved() {
        Future<Response> answer = nodes.run("SCAN " + BySlot.startOf(3));
        last("slot 3", "SCAN 3").onReply(scanned(6));
        last("node 7000", "CLUSTER NODES").onReply(ErrorType.create("NOPERM no"));

        assertEquals(BySlot.startOf(4).toString(), answer.result().get(0).toString());
    }

    @Test
    void aNodeThatIsLostBeforeItIsAskedHasTheSlotGoneThroughAgain() {
        Future<Response> answer = nodes.run("SCAN " + BySlot.startOf(3));
        last("slot 3", "SCAN 3").onReply(scanned(6));
        PendingCommand question = last("node 7000", "CLUSTER NODES");
        question.fail(HandNodes.FAILURES.lost(question, new RuntimeException("gone")));

        assertEquals(BySlot.startOf(3).toString(), answer.result().get(0).toString());
    }

    @Test
    void theKeysOfASlotThatMovesAreAskedForAtBothNodesTheOwnerFirst() {
        Future<Response> owner = nodes.run("SCAN " + BySlot.startOf(3));
        last("slot 3", "SCAN 3").onReply(scanned(6));
        last("node 7000", "CLUSTER NODES").onReply(text(lines(" 0 3 [3->-id1] [8-<-id1]")));
        String cursor = owner.result().get(0).toString();

        Future<Response> importer = nodes.run("SCAN " + cursor);
        last("node 7000", "CLUSTER NODES").onReply(text(lines(" 0 3 [3->-id1]")));
        last("node 7001", "SCAN 3").onReply(scanned(9L << 14 | 3));
        cursor = importer.result().get(0).toString();

        Future<Response> rest = nodes.run("SCAN " + cursor);
        last("node 7000", "CLUSTER NODES").onReply(text(lines(" 0 3 [3->-id1]")));
        last("node 7001", "SCAN " + (9L << 14 | 3)).onReply(scanned(4));
        assertEquals(BySlot.startOf(4).toString(), rest.result().get(0).toString());

        Future<Response> over = nodes.run("SCAN " + cursor);
        last("node 7000", "CLUSTER NODES").onReply(text(lines(" 0")));
        assertEquals(BySlot.startOf(3).toString(), over.result().get(0).toString());
        assertEquals(1, nodes.doubts);
    }

    @Test
    void theLastSlotIsTheEnd() {
        Future<Response> answer = nodes.run("SCAN " + BySlot.startOf(16383));
        last("slot 16383", "SCAN 16383").onReply(scanned(0));
        last("node 7000", "CLUSTER NODES").onReply(text(lines(" 0-16383")));

        assertEquals("0", answer.result().get(0).toString());
    }

    @Test
    void whoDoesNotGoBySlotAfterAllIsGoneThroughByNode() {
        Future<Response> answer = nodes.run("SCAN " + BySlot.startOf(3));
        last("slot 3", "SCAN 3").onReply(scanned(6, "a"));

        assertInstanceOf(ByNode.class, ScanCursor.parse(answer.result().get(0).toString()).orElseThrow());
        assertEquals("[a]", answer.result().get(1).toString());
    }

    @Test
    void oldServersAreGoneThroughOneAfterTheOther() {
        StringBuilder owned = new StringBuilder();
        for (int slot = 0; slot < SlotMap.SLOTS; slot += 3) {
            owned.append(' ').append(slot);
        }
        Future<Response> first = nodes.run("SCAN 0");
        last("slot 0", "INFO server").onReply(ErrorType.create("NOPERM no"));
        last("slot 0", "SCAN 0").onReply(scanned(17, "a"));
        Future<Response> second = nodes.run("SCAN " + first.result().get(0));
        last("slot 0", "SCAN 17").onReply(scanned(0));
        last("node 7000", "CLUSTER NODES").onReply(text(lines(owned.toString())));
        Future<Response> third = nodes.run("SCAN " + second.result().get(0));
        last("slot 1", "SCAN 0").onReply(scanned(0));
        // It has lost slots, and nobody has told.
        last("node 7001", "CLUSTER NODES").onReply(text(lines(" 1")));
        assertEquals(1, nodes.doubts);

        Future<Response> anew = nodes.run("SCAN " + third.result().get(0));
        last("slot 0", "SCAN 0").onReply(scanned(17));
        SlotMap.Range all = new SlotMap.Range(0, 16383, nodes.map.shards().get(1));
        nodes.map = new SlotMap(nodes.map.shards(), List.of(all));
        nodes.run("SCAN " + anew.result().get(0));
        // The map is another one.
        last("slot 0", "SCAN 0");
    }

    @Test
    void anAnswerHasTheFormOfOneServers() {
        ByNode start = new ScanByNode(nodes, new ScanSteps(null, List.of(), nodes)).start();

        assertEquals("[" + start + ", [a]]", ScanRun.answer(start, Merge.array(List.of(text("a")))).toString());
        assertEquals(0, start.position());
    }

    @Test
    void slotsOfANode() {
        NodeSlots slots = NodeSlots.parse(lines(" 5 7-9 [7->-id1] [8->-id3] [11-<-id1]"));

        assertTrue(slots.owns(5) && slots.owns(7) && slots.owns(9));
        assertFalse(slots.owns(1) || slots.owns(6) || slots.owns(11));
        assertEquals(4, slots.owned().cardinality());
        assertTrue(slots.isMigrating(7) && slots.isMigrating(8) && !slots.isMigrating(11));
        assertEquals(List.of(SocketAddress.inetSocketAddress(7001, "127.0.0.1")), slots.importer(7));
        assertEquals(List.of(), slots.importer(8));
        assertEquals(List.of(), slots.importer(5));
        assertThrows(IllegalArgumentException.class, () -> NodeSlots.parse("hello"));
        assertThrows(IllegalArgumentException.class, () -> NodeSlots.parse(""));
        assertThrows(IllegalArgumentException.class, () -> NodeSlots.parse(lines(" x-y")));
    }
}
