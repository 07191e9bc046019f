package io.lianhu.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.hibernate.reactive.mutiny.Mutiny;

/** The arrows between the rooms: plugins → sdk ← server, and for tests and at home testkit → sdk, devstack. */
@AnalyzeClasses(
        packages = {"io.lianhu.sdk", "io.lianhu.testkit", "io.lianhu.devstack"},
        importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

    @ArchTest
    static final ArchRule theSdkNamesOnlyWhatAPluginMaySee = classes()
            .that()
            .resideInAPackage("io.lianhu.sdk..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "io.lianhu.sdk..",
                            "java..",
                            "io.smallrye.mutiny..",
                            "jakarta.persistence..",
                            "org.hibernate.annotations..",
                            "org.hibernate.id.uuid..", // what the annotation that makes ids names by itself
                            "org.jspecify..")
                    .or(equivalentTo(Mutiny.Session.class)))
            .because("whatever it names, every plugin shares with the host for ever");

    @ArchTest
    static final ArchRule nobodyKnowsTheServer = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lianhu.server..")
            .because("tests and the platform at home use the server as it is packed, from outside, like everyone");

    @ArchTest
    static final ArchRule theStackKnowsNothingAboveIt = noClasses()
            .that()
            .resideInAPackage("io.lianhu.devstack..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lianhu.sdk..", "io.lianhu.testkit..")
            .because("it starts processes, and is built first");
}
