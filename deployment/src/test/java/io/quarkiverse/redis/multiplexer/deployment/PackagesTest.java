package io.quarkiverse.redis.multiplexer.deployment;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

/** The packages of the deployment module: who may know whom. */
class PackagesTest {

    private static final String DEPLOYMENT = "io.quarkiverse.redis.multiplexer.deployment";

    /** Each package, by what its name adds, with those of this module that it may know. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "", Set.of(".devservices", ".config"),
            ".devui", Set.of(".devservices", ".config"),
            ".devservices", Set.of(".config"),
            ".config", Set.of());

    private static JavaClasses module;

    @BeforeAll
    static void importModule() {
        module = new ClassFileImporter()
                .importUrl(RedisMultiplexerProcessor.class.getProtectionDomain().getCodeSource().getLocation());
        assertTrue(module.contain(RedisMultiplexerProcessor.class));
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("(" + DEPLOYMENT + "..)").should().beFreeOfCycles().check(module);
    }

    @Test
    void arrowsPointDown() {
        Set<String> others = module.stream().flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(arrow -> arrow.getTargetClass().getPackageName().startsWith(DEPLOYMENT))
                .filter(arrow -> !room(arrow.getOriginClass()).equals(room(arrow.getTargetClass())))
                .filter(arrow -> !ARROWS.get(room(arrow.getOriginClass())).contains(room(arrow.getTargetClass())))
                .map(arrow -> arrow.getOriginClass().getName() + " knows " + arrow.getTargetClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(Set.of(), others);
    }

    private static String room(JavaClass type) {
        return type.getPackageName().substring(DEPLOYMENT.length());
    }
}
