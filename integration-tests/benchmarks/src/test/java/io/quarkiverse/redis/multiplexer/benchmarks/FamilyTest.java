package io.quarkiverse.redis.multiplexer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.benchmarks.worker.Workload;

class FamilyTest {

    @Test
    void aFamilyIsFoundByItsName() {
        assertEquals(Optional.of(Family.WARM_START), Family.of("warm-start"));
        assertEquals(Optional.empty(), Family.of("get-32b"), "that is a workload");
        assertEquals(Optional.empty(), Family.of(".*"));
    }

    @Test
    void eachHasCellsThatDiffer() {
        for (Family family : Family.values()) {
            List<String> cells = family.cells().stream().map(cell -> cell.workloadLabel() + " " + cell.callers()).toList();
            assertFalse(cells.isEmpty(), family.name());
            assertEquals(cells.size(), new HashSet<>(cells).size(), cells.toString());
        }
    }

    @Test
    void everyWorkloadIsInOneOfThePlans() {
        Set<Workload> planned = new HashSet<>();
        Arrays.stream(Family.values()).forEach(family -> family.cells().forEach(cell -> planned.add(cell.workload())));
        Plan.full().cells().forEach(cell -> planned.add(cell.workload()));
        // What others are disturbed by.
        planned.add(Workload.GET_10M);

        assertEquals(Set.of(Workload.values()), planned);
    }

    @Test
    void thereIsSomethingToCompareWith() {
        for (Family family : Family.values()) {
            for (Cell cell : family.cells()) {
                assertTrue(cell.contestants().stream().anyMatch(contestant -> contestant.label().startsWith("stock")),
                        cell.toString());
                assertTrue(cell.contestants().stream().anyMatch(contestant -> contestant.label().startsWith("lettuce")),
                        cell.toString());
            }
        }
    }
}
