package io.quarkiverse.redis.multiplexer.deployment.devui;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.test.QuarkusDevModeTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What the pages of the Dev UI ask for, in dev mode. */
class DevUiServicesTest {

    private static final int PORT = RedisServer.freePort();
    private static final String DEFAULT = "<default>";
    private static final String SESSIONS = "sessions";

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = DevUiApplication.inDevMode(PORT);

    private JsonRpcClient devUi;

    @BeforeEach
    void connect() {
        given().port(PORT).get("/greeting").then().statusCode(200);
        devUi = new JsonRpcClient(PORT);
    }

    @AfterEach
    void disconnect() {
        devUi.close();
    }

    /** One application for all of them: {@link QuarkusDevModeTest} starts one per test method. */
    @TestFactory
    Stream<DynamicTest> theDevUi() {
        return Stream.of(
                dynamicTest("clientsAndTheirLanesAreToldApart", this::clientsAndTheirLanesAreToldApart),
                dynamicTest("theConsoleAnswersAsRedisCliDoes", this::theConsoleAnswersAsRedisCliDoes),
                dynamicTest("theConsoleKeepsItsConnectionFromLineToLine", this::theConsoleKeepsItsConnectionFromLineToLine),
                dynamicTest("theConsoleSaysWhatItCannotDo", this::theConsoleSaysWhatItCannotDo),
                dynamicTest("aLongReplyComesInParts", this::aLongReplyComesInParts),
                dynamicTest("aScriptIsEndedWhileItIsWaitedFor", this::aScriptIsEndedWhileItIsWaitedFor),
                dynamicTest("passwordsAreNeitherShownNorKept", this::passwordsAreNeitherShownNorKept),
                dynamicTest("theConsoleKnowsTheCommandsOfTheServer", this::theConsoleKnowsTheCommandsOfTheServer),
                dynamicTest("keysAreScannedLookedIntoAndDeleted", this::keysAreScannedLookedIntoAndDeleted),
                dynamicTest("manyKeysComePageByPage", this::manyKeysComePageByPage),
                dynamicTest("whatIsPublishedIsSeenUntilTheWatcherStops", this::whatIsPublishedIsSeenUntilTheWatcherStops),
                dynamicTest("aSubscriptionOutlivesARestartOfTheServer", this::aSubscriptionOutlivesARestartOfTheServer),
                dynamicTest("aRestartedServerIsAnotherOneOnTheSamePort", this::aRestartedServerIsAnotherOneOnTheSamePort),
                dynamicTest("aFlushedServerIsEmpty", this::aFlushedServerIsEmpty),
                dynamicTest("theConfigurationOfAServerIsShownWithoutItsPassword",
                        this::theConfigurationOfAServerIsShownWithoutItsPassword),
                dynamicTest("aLiveReloadKeepsTheServersWithinReach", this::aLiveReloadKeepsTheServersWithinReach));
    }

    private void clientsAndTheirLanesAreToldApart() {
        given().port(PORT).get("/increments?count=50").then().statusCode(200);
        assertEquals(List.of(DEFAULT, SESSIONS), List.copyOf(clients().stream()
                .map(client -> ((JsonObject) client).getString("name")).toList()));
        JsonObject client = client(DEFAULT);
        assertTrue(client.getBoolean("running"));
        JsonObject node = client.getJsonArray("nodes").getJsonObject(0);
        assertTrue(node.getString("address").matches("127.0.0.1:\\d+"), client.encode());
        assertEquals("PRIMARY", node.getString("role"));
        assertTrue(node.getString("server").matches("redis|valkey"), client.encode());
        assertTrue(node.getString("version").matches("\\d+\\.\\d+.*"), client.encode());
        List<JsonObject> lanes = node.getJsonArray("lanes").stream().map(JsonObject.class::cast).toList();
        assertTrue(lanes.stream().anyMatch(lane -> lane.getString("state").equals("READY")), client.encode());
        assertTrue(lanes.stream().mapToLong(lane -> lane.getLong("commands")).sum() >= 50, client.encode());
        assertTrue(lanes.stream().allMatch(lane -> lane.containsKey("inFlight") && lane.containsKey("flushes")));
        assertEquals("IDLE", lanes.get(0).getJsonObject("sideTrack").getString("state"));
        assertTrue(node.getInteger("connections") >= 1, client.encode());
        assertTrue(node.getJsonObject("dedicated").containsKey("lent"), client.encode());
        JsonObject routing = client.getJsonObject("routing");
        assertEquals(0, routing.getInteger("waiting"), client.encode());
        assertEquals(0, routing.getJsonObject("failures").getInteger("timeouts"), client.encode());
    }

    private void theConsoleAnswersAsRedisCliDoes() {
        assertEquals("OK", reply("set greeting \"hello \\\"world\\\"\\x01\""));
        assertEquals("\"hello \\\"world\\\"\\x01\"", reply("GET greeting"));
        assertEquals("(nil)", reply("GET nothing"));
        assertEquals("(integer) 2", reply("RPUSH list 'one two' three"));
        assertEquals("1) \"one two\"\n2) \"three\"", reply("LRANGE list 0 -1"));
        assertEquals("(error) WRONGTYPE Operation against a key holding the wrong kind of value", reply("INCR list"));
        assertTrue(answer("INCR list").getBoolean("failed"));
        assertTrue(reply("NOSUCHCOMMAND").startsWith("(error) ERR unknown command"), reply("NOSUCHCOMMAND"));
        assertTrue(reply("GET").startsWith("(error) "), reply("GET"));
        assertTrue(reply("GET \"x").startsWith("(error) Invalid argument(s)"));
        assertTrue(reply("INFO server").startsWith("# Server"));
    }

    private void theConsoleKeepsItsConnectionFromLineToLine() {
        assertEquals("OK", reply("MULTI"));
        assertEquals("QUEUED", reply("SET a 1"));
        assertEquals("QUEUED", reply("INCR a"));
        assertEquals("1) OK\n2) (integer) 2", reply("EXEC"));
        assertEquals("OK", reply("SELECT 3"));
        assertEquals("(nil)", reply("GET a"));
        assertEquals("OK", reply("SELECT 0"));
        assertEquals("\"2\"", reply("GET a"));
    }

    private void theConsoleSaysWhatItCannotDo() {
        assertTrue(reply("SUBSCRIBE news").contains("the page Subscriptions"), reply("SUBSCRIBE news"));
        assertTrue(reply("MONITOR").startsWith("(error) The console is for"));
    }

    private void aLongReplyComesInParts() {
        JsonObject answer = answer("EVAL \"return string.rep('x', 100000)\" 0");
        StringBuilder reply = new StringBuilder(answer.getString("reply"));
        String next = answer.getString("next");
        while (!next.isEmpty()) {
            assertTrue(reply.length() < 100_000);
            JsonObject part = (JsonObject) devUi.value("more", "next", next);
            reply.append(part.getString("text"));
            next = part.getString("next");
        }
        assertEquals('"' + "x".repeat(100_000) + '"', reply.toString());
        assertTrue(devUi.error("more", "next", "0:0").contains("not kept any more"));
    }

    private void aScriptIsEndedWhileItIsWaitedFor() {
        assertEquals("OK", reply("CONFIG SET lua-time-limit 100"));
        JsonRpcClient.Stream script = devUi.subscribe("execute", "client", DEFAULT, "line", "EVAL 'while true do end' 0");
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!reply("SCRIPT KILL").equals("OK")) {
            assertTrue(System.nanoTime() < deadline, "not busy");
        }
        assertTrue(script.next().encode().contains("(error)"));
    }

    private void passwordsAreNeitherShownNorKept() {
        JsonObject auth = answer(SESSIONS, "AUTH " + DevUiApplication.PASSWORD);
        assertEquals("OK", auth.getString("reply"));
        assertEquals("AUTH (hidden)", auth.getString("line"));
        assertFalse(auth.getBoolean("kept"));
        JsonObject get = answer(SESSIONS, "CONFIG GET requirepass");
        assertTrue(get.getBoolean("kept"));
        assertEquals("1# \"requirepass\" => (hidden)", get.getString("reply"));
        assertFalse(devUi.call("embeddedServers").toString().contains(DevUiApplication.PASSWORD));
        assertFalse(clients().encode().contains(DevUiApplication.PASSWORD));
    }

    private void theConsoleKnowsTheCommandsOfTheServer() {
        JsonArray commands = (JsonArray) devUi.call("commands", "client", DEFAULT);
        List<JsonObject> all = commands.stream().map(JsonObject.class::cast).toList();
        assertTrue(all.size() > 200, all.size() + " commands");
        assertTrue(all.stream().anyMatch(command -> command.getString("name").equals("GET")));
        all.stream().filter(command -> command.getString("name").equals("SUBSCRIBE")).forEach(subscribe -> assertTrue(
                List.of("", "channel [channel ...]").contains(subscribe.getString("syntax")), subscribe.encode()));
    }

    private void keysAreScannedLookedIntoAndDeleted() {
        reply("SET browser:text hello EX 1000");
        reply("HSET browser:hash field value");
        reply("ZADD browser:zset 1.5 member");
        reply("SADD browser:set member");
        reply("RPUSH browser:list one two");
        reply("XADD browser:stream 1-1 field value");
        reply("SET \"browser:\\x00\\xff\" binary");

        JsonObject page = (JsonObject) devUi.value("keys", "client", DEFAULT, "cursor", "0", "pattern", "browser:*", "type",
                "");
        assertEquals("0", page.getString("cursor"));
        assertEquals(7, page.getJsonArray("keys").size(), page.encode());
        assertTrue(page.getLong("total") >= 7 && page.getLong("looked") <= page.getLong("total"), page.encode());
        assertEquals("string", key(page, "browser:text").getString("type"));
        assertTrue(key(page, "browser:text").getLong("millis") > 900_000);
        assertTrue(key(page, "browser:text").getLong("bytes") > 0);
        assertEquals(-1, key(page, "browser:hash").getLong("millis"));

        assertEquals("[[\"hello\"]]", rows(page, "browser:text"));
        assertEquals("[[\"field\",\"value\"]]", rows(page, "browser:hash"));
        assertEquals("[[\"member\",\"1.5\"]]", rows(page, "browser:zset"));
        assertEquals("[[\"member\"]]", rows(page, "browser:set"));
        assertEquals("[[\"one\"],[\"two\"]]", rows(page, "browser:list"));
        assertEquals("[[\"1-1\",\"field=value\"]]", rows(page, "browser:stream"));
        String binary = "\"browser:\\x00\\xff\"";
        assertEquals("[[\"binary\"]]", rows(page, binary));

        reply("EVAL \"redis.call('RPUSH', 'browser:list', string.rep('x', 100000))\" 0");
        String rows = rows(page, "browser:list");
        assertTrue(rows.length() < 20_000 && rows.endsWith("xx ... (100000 bytes)\"]]"), rows.length() + " characters");

        String id = key(page, binary).getString("id");
        assertEquals(true, devUi.value("delete", "client", DEFAULT, "id", id));
        assertEquals(false, devUi.value("delete", "client", DEFAULT, "id", id));
        assertTrue(devUi.error("value", "client", DEFAULT, "id", id).contains("gone"));
        page = (JsonObject) devUi.value("keys", "client", DEFAULT, "cursor", "0", "pattern", "browser:*", "type", "hash");
        assertEquals(1, page.getJsonArray("keys").size(), page.encode());
    }

    private void manyKeysComePageByPage() {
        reply("EVAL \"for i = 1, 1000 do redis.call('SET', 'many:' .. i, i) end\" 0");
        String cursor = "0";
        int pages = 0;
        Set<String> seen = new TreeSet<>();
        do {
            JsonObject page = (JsonObject) devUi.value("keys", "client", DEFAULT, "cursor", cursor, "pattern", "many:*", "type",
                    "");
            page.getJsonArray("keys").forEach(key -> seen.add(((JsonObject) key).getString("name")));
            cursor = page.getString("cursor");
            pages++;
        } while (!cursor.equals("0"));
        assertEquals(1000, seen.size());
        assertTrue(pages > 1);
    }

    private void whatIsPublishedIsSeenUntilTheWatcherStops() {
        JsonRpcClient.Stream news = devUi.subscribe("watch", "client", DEFAULT, "name", "news.*", "pattern", true);
        assertEquals("subscribed", event(news).getString("kind"));
        assertEquals(1, client(DEFAULT).getJsonArray("nodes").getJsonObject(0).getInteger("subscriptions"));
        assertEquals("(integer) 1", reply("PUBLISH news.sport goal"));
        JsonObject message = event(news);
        assertEquals("news.sport", message.getString("channel"));
        assertEquals("goal", message.getString("text"));
        news.close();
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (client(DEFAULT).getJsonArray("nodes").getJsonObject(0).getInteger("subscriptions") > 0) {
            assertTrue(System.nanoTime() < deadline, "still subscribed");
        }
        assertEquals("(integer) 0", reply("PUBLISH news.sport foul"));
    }

    private void aSubscriptionOutlivesARestartOfTheServer() {
        JsonRpcClient.Stream news = devUi.subscribe("watch", "client", DEFAULT, "name", "news", "pattern", false);
        assertEquals("subscribed", event(news).getString("kind"));
        devUi.value("restartServer", "client", DEFAULT);
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!reply("PUBLISH news hello").equals("(integer) 1")) {
            assertTrue(System.nanoTime() < deadline, "not subscribed again");
        }
        assertEquals("hello", event(news).getString("text"));
        news.close();
    }

    private void aRestartedServerIsAnotherOneOnTheSamePort() {
        assertEquals("OK", reply("SET before 1"));
        String process = server(DEFAULT).getString("process_id");
        JsonObject before = embedded(DEFAULT);
        assertEquals("[" + server(DEFAULT).getString("tcp_port") + "]", before.getJsonArray("ports").encode());
        assertTrue(before.getString("binary").matches("\\w+ [\\d.]+ \\(.*\\)"), before.encode());

        devUi.value("restartServer", "client", DEFAULT);

        assertNotEquals(process, server(DEFAULT).getString("process_id"));
        assertEquals(before, embedded(DEFAULT));
        assertEquals("(nil)", reply("GET before"));
        given().port(PORT).get("/increments?count=5").then().statusCode(200);
        assertEquals("There is no embedded server for a Redis client nobody", devUi.error("restartServer", "client", "nobody"));
    }

    private void aFlushedServerIsEmpty() {
        given().port(PORT).get("/session").then().statusCode(200);
        assertEquals("1", server(SESSIONS).getString("keys"));
        assertEquals("OK", devUi.value("flush", "client", SESSIONS));
        assertEquals("0", server(SESSIONS).getString("keys"));
    }

    private void theConfigurationOfAServerIsShownWithoutItsPassword() {
        JsonObject server = embedded(SESSIONS);
        assertEquals(new JsonObject()
                .put("quarkus.redis-multiplexer.sessions.devservices.arguments", "--requirepass,(hidden),--maxmemory,20mb")
                .put("quarkus.redis.sessions.hosts",
                        "redis://:(hidden)@127.0.0.1:" + server.getJsonArray("ports").getInteger(0)),
                server.getJsonObject("configuration"));
    }

    private void aLiveReloadKeepsTheServersWithinReach() {
        String process = server(SESSIONS).getString("process_id");
        APPLICATION.modifyResourceFile("application.properties", text -> text.replace("=hello", "=good bye"));
        assertEquals("good bye", given().port(PORT).get("/greeting").asString());
        // The reload has closed the web socket.
        disconnect();
        devUi = new JsonRpcClient(PORT);
        assertEquals(process, server(SESSIONS).getString("process_id"));
        devUi.value("restartServer", "client", SESSIONS);
        assertNotEquals(process, server(SESSIONS).getString("process_id"));
    }

    private JsonArray clients() {
        return (JsonArray) devUi.call("clients");
    }

    private JsonObject client(String name) {
        return named(clients(), "name", name);
    }

    private JsonObject embedded(String client) {
        return named((JsonArray) devUi.call("embeddedServers"), "client", client);
    }

    private JsonObject server(String client) {
        return (JsonObject) devUi.value("server", "client", client);
    }

    private JsonObject key(JsonObject page, String name) {
        return named(page.getJsonArray("keys"), "name", name);
    }

    private static JsonObject named(JsonArray array, String field, String name) {
        return array.stream().map(JsonObject.class::cast).filter(each -> each.getString(field).equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + array.encode()));
    }

    private String rows(JsonObject page, String key) {
        JsonObject value = (JsonObject) devUi.value("value", "client", DEFAULT, "id", key(page, key).getString("id"));
        return value.getJsonArray("rows").encode();
    }

    private String reply(String line) {
        return answer(line).getString("reply");
    }

    private JsonObject answer(String line) {
        return answer(DEFAULT, line);
    }

    private JsonObject answer(String client, String line) {
        return (JsonObject) devUi.call("execute", "client", client, "line", line);
    }

    private static JsonObject event(JsonRpcClient.Stream stream) {
        return stream.next().getJsonObject("result").getJsonArray("object").getJsonObject(0);
    }
}
