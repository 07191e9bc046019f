package io.lianhu.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.lianhu.sdk.ErrorCode;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.persistence.Entity;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullMarked;

/** The borders inside the server, and the habits that a compiler does not enforce. */
@AnalyzeClasses(packages = "io.lianhu.server", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule featuresDoNotGoRoundInCircles = slices().matching("io.lianhu.server.(*)..")
            .should()
            .beFreeOfCycles()
            .because("features in a circle can only be understood, tested and changed all at once");

    @ArchTest
    static final ArchRule graphqlJavaIsKnownOnlyToTheEndpoint = onlyIn("graphql", "graphql..", "org.dataloader..")
            .because(
                    "features and plugins bind resolvers through the SDK: graphql-java can then be upgraded, or replaced, in one place");

    @ArchTest
    static final ArchRule pf4jIsKnownOnlyToPlugins = onlyIn("plugin", "org.pf4j..")
            .because("it is not thread-safe, and only the plugin package serialises what is done with it");

    @ArchTest
    static final ArchRule keycloakIsKnownOnlyToIdentity = onlyIn("identity", "org.keycloak..")
            .because("who people are is asked of one place, and a city's own identity provider may come one day");

    @ArchTest
    static final ArchRule redisIsKnownOnlyWhereDataMayBeLost = onlyIn("redis", "io.quarkus.redis..")
            .because(
                    "Redis holds only what may be lost: signals and counts; whoever else wants it must answer for that first");

    @ArchTest
    static final ArchRule hibernatesInsidesAreKnownOnlyToPersistence = onlyIn(
                    "persistence",
                    "org.hibernate.reactive.pool..",
                    "org.hibernate..impl..",
                    "org.hibernate..internal..",
                    "org.hibernate.engine..",
                    "org.hibernate.boot..")
            .because("they change with any release, and one package is soon looked through");

    @ArchTest
    static final ArchRule idsAreMadeInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage("io.lianhu.server.persistence..")
            .should()
            .accessClassesThat()
            .resideInAPackage("org.hibernate.id..")
            .because(
                    "all rows take their ids from one clock, persistence.Ids or Hibernate's by annotation, and lists are ordered by them");

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("DTO")
            .orShould()
            .haveSimpleNameEndingWith("VO")
            .because("such a name says that somebody did not find out what the class is");

    @ArchTest
    static final ArchRule nobodySleeps = noClasses()
            .should()
            .callMethodWhere(callOf(Thread.class, "sleep"))
            .because("an event loop that sleeps stops every county's requests, and elsewhere a timer does it better");

    @ArchTest
    static final ArchRule onlyWorkersAwait = noClasses()
            .that()
            .resideOutsideOfPackages("io.lianhu.server.startup..", "io.lianhu.server.plugin..")
            .should()
            .callMethodWhere(callOf(Uni.class, "await")
                    .or(callOf(Uni.class, "awaitItem"))
                    .or(callOf(Multi.class, "toIterable")))
            .because(
                    "everything but the start and the plugins' lifecycle runs on event loops, where waiting is a deadlock");

    @ArchTest
    static final ArchRule nobodyPrints = noClasses()
            .that()
            .areNotAnnotatedWith(QuarkusMain.class)
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
            .because("what is printed bears neither level nor request id, and is not found when it is needed;"
                    + " only a command speaks to who called it");

    @ArchTest
    static final ArchRule dependenciesComeByConstructor = noFields()
            .should()
            .beAnnotatedWith(Inject.class)
            .orShould()
            .beAnnotatedWith(ConfigProperty.class)
            .because("a constructor tells what a class needs, and makes it testable without a container");

    /**
     * A feature's inside is its own. Entities are public for Hibernate's sake and records for graphql-java's, which reads them; codes of
     * errors are everybody's words.
     */
    @ArchTest
    static void publicIsOnlyWhatOtherFeaturesUse(JavaClasses classes) {
        List<String> needless = classes.stream()
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.isAnnotatedWith(Entity.class)
                        && !type.isAnnotatedWith(QuarkusMain.class)
                        && !type.isAssignableTo(Record.class)
                        && !type.isAssignableTo(ErrorCode.class))
                .filter(type -> type.getDirectDependenciesToSelf().stream()
                        .map(dependency -> dependency.getOriginClass().getPackageName())
                        .allMatch(type.getPackageName()::equals))
                .map(JavaClass::getName)
                .sorted()
                .toList();
        assertEquals(List.of(), needless);
    }

    /** Null is an error of the compiler only in packages that say so. */
    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        List<String> unmarked = classes.stream()
                .map(type -> type.getPackage())
                .distinct()
                .filter(some -> !some.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .sorted()
                .toList();
        assertEquals(List.of(), unmarked);
    }

    private static ClassesShouldConjunction onlyIn(String feature, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackage("io.lianhu.server." + feature + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }

    private static DescribedPredicate<JavaMethodCall> callOf(Class<?> type, String method) {
        return describe(type.getSimpleName() + "." + method, call -> {
            AccessTarget.MethodCallTarget target = call.getTarget();
            return target.getName().equals(method) && target.getOwner().isAssignableTo(type);
        });
    }
}
