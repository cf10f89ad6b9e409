package io.quarkiverse.redis.multiplexer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCounted;
import io.netty.util.Timer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.impl.CommandImpl;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.RequestImpl;

/**
 * Who may know whom: {@code runtime -> engine -> API} and {@code engine -> engine.resp}. The API and the engine work without
 * Quarkus, and what Vert.x calls internal is touched in one package and one class.
 */
class ArchitectureTest {

    private static final String API = "io.quarkiverse.redis.multiplexer";
    private static final String ENGINE = API + ".engine..";
    private static final String RUNTIME = API + ".runtime..";

    private static JavaClasses module;

    @BeforeAll
    static void importModule() {
        module = new ClassFileImporter().importUrl(MultiplexedRedis.class.getProtectionDomain().getCodeSource().getLocation());
        assertTrue(module.contain(MultiplexedRedis.class) && module.contain(RequestAccess.class));
        assertTrue(!module.contain(ArchitectureTest.class));
    }

    @Test
    void theApiAndTheEngineWorkWithoutQuarkus() {
        noClasses().that().resideInAnyPackage(API, ENGINE)
                .should().dependOnClassesThat().resideInAnyPackage("io.quarkus..", "jakarta..", "io.smallrye..",
                        "org.eclipse.microprofile..", RUNTIME)
                .check(module);
    }

    @Test
    void theApiAndTheEngineKnowJavaVertxNettyAndALogger() {
        classes().that().resideInAnyPackage(API, ENGINE)
                .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "javax.net..", "jdk.net..", "io.vertx..",
                        "io.netty..", "org.jboss.logging..", API, ENGINE)
                .check(module);
    }

    @Test
    void theCodecKnowsNothingElseOfOurs() {
        classes().that().resideInAPackage(API + ".engine.resp..")
                .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "io.netty..", "io.vertx.core.buffer..",
                        "io.vertx.redis.client..", API + ".engine.resp..")
                .check(module);
    }

    /**
     * The one exemption is {@link MultiplexedRedis#create}: whoever uses the client in plain Java shall not have to know the
     * engine's packages, as {@link Redis#createClient} spares them those of Vert.x.
     */
    @Test
    void theApiKnowsTheEngineInOnePlace() {
        Set<String> arrows = module.stream().filter(resideInAPackage(API))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(arrow -> resideInAPackage(ENGINE).test(arrow.getTargetClass()))
                .map(Dependency::getDescription).map(text -> text.replaceAll(" in \\(.*", "").replaceAll("\\(.*?\\)", "()"))
                .collect(Collectors.toSet());

        assertEquals(Set.of("Method <io.quarkiverse.redis.multiplexer.MultiplexedRedis.create()> calls method"
                + " <io.quarkiverse.redis.multiplexer.engine.client.MultiplexedRedisClient.standalone()>"), arrows);
    }

    @Test
    void theEngineOutsideOfItsInnerPackagesKnowsWhatIsBelowIt() {
        noClasses().that().resideInAnyPackage(API + ".engine.resp..", API + ".engine.vertx..")
                .should().dependOnClassesThat(resideInAnyPackage(API, API + ".engine").and(not(resideInAPackage(RUNTIME))))
                .check(module);
    }

    @Test
    void whatVertxCallsInternalIsTouchedInOnePackage() {
        noClasses().that().resideOutsideOfPackage(API + ".engine.vertx..").and().doNotBelongToAnyOf(RequestAccess.class)
                .should().dependOnClassesThat().resideInAnyPackage("io.vertx.core.impl..", "io.vertx.core.net.impl..",
                        "io.vertx.core.*.impl..", "io.vertx.core.internal..", "io.vertx.core.spi.metrics..")
                .check(module);
        noClasses().that().doNotBelongToAnyOf(RequestAccess.class)
                .should().dependOnClassesThat().belongToAnyOf(RequestImpl.class, CommandImpl.class)
                .check(module);
    }

    /** Vert.x' own packages are borrowed for that one class only. */
    @Test
    void onlyOneClassLivesInAPackageOfVertx() {
        classes().that().doNotBelongToAnyOf(RequestAccess.class).should().resideInAPackage(API + "..").check(module);
    }

    @Test
    void noStaticFieldChanges() {
        fields().that().areStatic().should().beFinal().check(module);
    }

    /** A native image is built with the statics of the machine that builds it, and dev mode keeps them over a restart. */
    @Test
    void noStaticFieldHoldsAThreadARandomOrAnythingThatMustBeClosed() {
        fields().that().areStatic().should(new ArchCondition<>("hold nothing that lives") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                for (JavaClass type : field.getAllInvolvedRawTypes()) {
                    boolean lives = LIVING.stream().anyMatch(type::isAssignableTo);
                    events.add(new SimpleConditionEvent(field, !lives, field.getDescription() + " holds a " + type.getName()));
                }
            }
        }).check(module);
    }

    private static final List<Class<?>> LIVING = List.of(Thread.class, ThreadLocal.class, Random.class, SplittableRandom.class,
            Executor.class, AutoCloseable.class, ReferenceCounted.class, ByteBufAllocator.class, Timer.class, Vertx.class,
            Context.class, NetClient.class, Redis.class, io.netty.channel.Channel.class);

    /** Besides constants, one thing is kept over restarts: the clients that the application holds. */
    @Test
    void onlyTheRegistryOfClientsIsStaticAndChanges() {
        Set<String> changing = module.stream().flatMap(type -> type.getFields().stream())
                .filter(field -> isStatic(field) && field.getRawType().getFields().stream().anyMatch(ArchitectureTest::changes))
                .map(JavaField::getFullName).collect(Collectors.toSet());

        assertEquals(Set.of(RUNTIME.replace("..", ".ClientRegistry.INSTANCE")), changing);
    }

    private static boolean isStatic(JavaField field) {
        return field.getModifiers().contains(JavaModifier.STATIC);
    }

    /** Of our own types; those of others are looked at above. */
    private static boolean changes(JavaField field) {
        return field.getOwner().getPackageName().startsWith(API) && !isStatic(field)
                && !field.getModifiers().contains(JavaModifier.FINAL);
    }
}
