package io.quarkiverse.redis.multiplexer.showcase;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.post;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.showcase.ClusterNodes.Node;
import io.quarkiverse.redis.multiplexer.showcase.ClusterResource.Cluster;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

@QuarkusTest
@TestProfile(OnCluster.class)
class ClusterResourceTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int KEYS = 50;
    private static final int SLOTS = 16384;

    private final String unique = UUID.randomUUID().toString();

    @Test
    void aDevServiceHasStartedIt() {
        assertEquals(3, nodes(NodeRole.PRIMARY).size());
        assertEquals(3, nodes(NodeRole.REPLICA).size());
        assertEquals(SLOTS, cluster().nodes().stream().mapToInt(Node::slotCount).sum());
        nodes(NodeRole.PRIMARY).forEach(primary -> assertEquals(1,
                nodes(NodeRole.REPLICA).stream().filter(replica -> replica.primary().equals(primary.id())).count()));
    }

    @Test
    void keysMoveWithTheirSlots() {
        for (int i = 0; i < KEYS; i++) {
            post("/counter/" + unique + i).then().statusCode(200);
        }
        for (int i = 0; i < 3; i++) {
            Node before = largest();
            post("/cluster/" + before.id() + "/move?slots=200").then().statusCode(200).body("slots", equalTo(200));
            assertEquals(before.slotCount() - 200, node(before.id()).slotCount());
            assertAllCounted();
        }
    }

    @Test
    void aReplicaTakesThePlaceOfItsPrimary() {
        for (int i = 0; i < KEYS; i++) {
            post("/counter/" + unique + i).then().statusCode(200);
        }
        Node primary = largest();
        post("/cluster/" + primary.id() + "/failover").then().statusCode(200).body("primary", containsString(":"));
        assertFalse(node(primary.id()).isPrimary());
        assertAllCounted();
    }

    @Test
    void everyCallIsAnsweredMeanwhile() throws Exception {
        CompletableFuture<Integer> failures = CompletableFuture.supplyAsync(() -> post("/load?calls=300000&callers=50").then()
                .statusCode(200).extract().path("report.failures"));
        int changes = 0;
        while (!failures.isDone()) {
            Node primary = largest();
            post("/cluster/" + primary.id() + (changes++ % 2 == 0 ? "/move?slots=100" : "/failover")).then().statusCode(200);
        }
        assertEquals(0, failures.get());
        assertTrue(changes >= 2, changes + " changes");
    }

    @Test
    void connectionsToEveryNodeAreCut() {
        for (int i = 0; i < KEYS; i++) {
            post("/counter/" + unique + i).then().statusCode(200);
        }
        post("/connections/cut").then().statusCode(200).body("connections", greaterThan(2));
        await().atMost(TIMEOUT).untilAsserted(this::assertAllCounted);
    }

    @Test
    void whatIsNoPrimaryIsRefused() {
        post("/cluster/nobody/failover").then().statusCode(400).body(equalTo("nobody is no primary of a cluster"));
        post("/cluster/nobody/move").then().statusCode(400);
        post("/cluster/" + largest().id() + "/move?slots=2001").then().statusCode(400)
                .body(equalTo("slots is 2001, but must be within 1 and 2000"));
    }

    private void assertAllCounted() {
        for (int i = 0; i < KEYS; i++) {
            get("/counter/" + unique + i).then().statusCode(200).body("count", equalTo(1));
        }
    }

    private static Cluster cluster() {
        return get("/cluster").then().statusCode(200).extract().as(Cluster.class);
    }

    private static Node largest() {
        return nodes(NodeRole.PRIMARY).stream().max(Comparator.comparingInt(Node::slotCount)).orElseThrow();
    }

    private static Node node(String id) {
        return cluster().nodes().stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
    }

    private static List<Node> nodes(NodeRole role) {
        return cluster().nodes().stream().filter(node -> node.role() == role).toList();
    }
}
