package io.quarkiverse.redis.multiplexer;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;

/** The rooms of the engine: who may know whom, and that a room shows nothing that nobody else looks at. */
class RoomsTest {

    private static final String API = "io.quarkiverse.redis.multiplexer";
    private static final String ENGINE = API + ".engine.";

    /** Each room with those that it may know. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "client", Set.of("topology", "pubsub", "dedicated", "command", "settings", "vertx"),
            "topology", Set.of("lane", "pubsub", "dedicated", "connection", "command", "settings", "resp", "vertx"),
            "lane", Set.of("connection", "command", "settings", "resp", "vertx"),
            "pubsub", Set.of("connection", "command", "settings", "resp", "vertx"),
            "dedicated", Set.of("connection", "command", "settings", "resp", "vertx"),
            "connection", Set.of("command", "settings", "resp", "vertx"),
            "command", Set.of("settings", "resp", "vertx"),
            "settings", Set.of("vertx"),
            "resp", Set.of(),
            "vertx", Set.of());

    private static JavaClasses module;

    @BeforeAll
    static void importModule() {
        module = new ClassFileImporter().importUrl(MultiplexedRedis.class.getProtectionDomain().getCodeSource().getLocation());
        assertTrue(module.contain(MultiplexedRedis.class));
    }

    private static Stream<JavaClass> engine() {
        return module.stream().filter(type -> type.getPackageName().startsWith(ENGINE));
    }

    private static String room(JavaClass type) {
        return type.getPackageName().substring(ENGINE.length());
    }

    @Test
    void everyClassIsInARoom() {
        Set<String> elsewhere = module.stream().map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(API + ".engine"))
                .filter(name -> !name.startsWith(ENGINE) || !ARROWS.containsKey(name.substring(ENGINE.length())))
                .collect(Collectors.toSet());

        assertEquals(Set.of(), elsewhere);
    }

    @Test
    void arrowsPointDown() {
        Set<String> others = engine().flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(arrow -> arrow.getTargetClass().getPackageName().startsWith(ENGINE))
                .filter(arrow -> !room(arrow.getOriginClass()).equals(room(arrow.getTargetClass())))
                .filter(arrow -> !ARROWS.get(room(arrow.getOriginClass())).contains(room(arrow.getTargetClass())))
                .map(arrow -> arrow.getOriginClass().getName() + " knows " + arrow.getTargetClass().getName())
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(Set.of(), others);
    }

    @Test
    void roomsAreFreeOfCycles() {
        slices().matching(ENGINE + "(*)").should().beFreeOfCycles().check(module);
    }

    /** But for what makes the words of a server fit to be shown. */
    @Test
    void onlyTheClientIsKnownOutside() {
        Set<String> known = module.stream().filter(type -> !type.getPackageName().startsWith(API + ".engine"))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream()).map(arrow -> arrow.getTargetClass().getName())
                .filter(name -> name.startsWith(ENGINE) && !name.startsWith(ENGINE + "client."))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(Set.of(ENGINE + "settings.Printable"), known);
    }

    @Test
    void aTypeIsPublicOnlyIfAnotherRoomUsesIt() {
        Set<String> unused = engine().filter(RoomsTest::isPublic)
                .filter(type -> users(type).allMatch(user -> user.getPackageName().equals(type.getPackageName())))
                .map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));

        assertEquals(Set.of(), unused);
    }

    @Test
    void aMemberIsPublicOnlyIfAnotherRoomUsesIt() {
        Set<JavaMember> used = new HashSet<>();
        module.forEach(type -> Stream.concat(type.getAccessesFromSelf().stream(),
                Stream.concat(type.getMethodReferencesFromSelf().stream(), type.getConstructorReferencesFromSelf().stream()))
                .map(access -> access.getTarget()).map(AccessTarget::resolveMember).flatMap(Optional::stream)
                .filter(member -> !member.getOwner().getPackageName().equals(type.getPackageName())).forEach(used::add));

        Set<String> unused = engine().filter(type -> !type.isInterface()).flatMap(type -> type.getMembers().stream())
                .filter(RoomsTest::isPublic).filter(member -> !used.contains(member))
                .filter(member -> !isInherited(member) && !isMadeByTheCompiler(member))
                .map(JavaMember::getFullName).collect(Collectors.toCollection(TreeSet::new));

        assertEquals("", String.join("\n", unused));
    }

    /** Those that depend on it, and those that catch it. */
    private static Stream<JavaClass> users(JavaClass type) {
        return Stream.concat(type.getDirectDependenciesToSelf().stream().map(Dependency::getOriginClass),
                module.stream().filter(other -> other.getCodeUnits().stream().flatMap(unit -> unit.getTryCatchBlocks().stream())
                        .anyMatch(block -> block.getCaughtThrowables().contains(type))));
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC);
    }

    private static boolean isPublic(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC);
    }

    /** Whether it is an implementation of what a supertype has. */
    private static boolean isInherited(JavaMember member) {
        return member instanceof JavaMethod method && Stream
                .concat(method.getOwner().getAllRawSuperclasses().stream(), method.getOwner().getAllRawInterfaces().stream())
                .flatMap(type -> type.getMethods().stream())
                .anyMatch(other -> other.getName().equals(method.getName())
                        && other.getRawParameterTypes().size() == method.getRawParameterTypes().size());
    }

    /** What classes, enums and records have by themselves, and constants, which the compiler copies to where they are used. */
    private static boolean isMadeByTheCompiler(JavaMember member) {
        JavaClass owner = member.getOwner();
        if (member instanceof JavaField field) {
            return owner.isEnum() || field.getModifiers().contains(JavaModifier.STATIC)
                    && (field.getRawType().isPrimitive() || field.getRawType().isEquivalentTo(String.class));
        }
        return member instanceof JavaConstructor constructor && constructor.getParameters().isEmpty()
                || owner.isEnum() && ((JavaCodeUnit) member).getName().matches("values|valueOf")
                || owner.isRecord()
                        && (member instanceof JavaConstructor || ((JavaCodeUnit) member).getRawParameterTypes().isEmpty())
                || member.getModifiers().contains(JavaModifier.SYNTHETIC);
    }
}
