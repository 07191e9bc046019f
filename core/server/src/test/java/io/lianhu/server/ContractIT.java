package io.lianhu.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.lianhu.testkit.County;
import io.lianhu.testkit.GraphqlClient;
import io.lianhu.testkit.PluginContract;
import io.lianhu.testkit.Sample;
import io.lianhu.testkit.TestHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** That the test kit's laws catch a plugin that breaks them: a law that cannot fail says nothing of those that keep it. */
final class ContractIT {
    private static Path jar;

    @TempDir
    private static Path folder;

    /** Not run by itself: it has to fail. */
    static final class Faulty extends PluginContract {
        @Override
        protected Path plugin() {
            return jar;
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(5);
        }

        @Override
        protected Sample write(County county) {
            GraphqlClient administrator = county.administrator();
            String id = administrator
                    .mutate("mutation { faultyKeep(input: {}) { thing { id } } }", Map.of())
                    .at("/faultyKeep/thing/id")
                    .asText();
            return Sample.of(administrator, id).listedBy("{ faultyThings { id } }", Map.of());
        }
    }

    @Test
    @DisplayName("A plugin that breaks the laws fails exactly those that it breaks")
    void everyLawThatIsBrokenFails() {
        jar = FaultyPlugin.source().pack(folder);
        SummaryGeneratingListener heard = new SummaryGeneratingListener();
        try (TestHost host = TestHost.shared(TestHost.Options.with(jar))) {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClass(Faulty.class))
                                    .build(),
                            heard);
            Set<String> failed = heard.getSummary().getFailures().stream()
                    .map(failure -> name(failure.getTestIdentifier()))
                    .collect(Collectors.toSet());
            assertEquals(
                    Set.of(
                            "namesCarryThePrefix",
                            "textsAreInBothLanguages",
                            "anonymousCallersAreRefused",
                            "countiesDoNotSeeEachOther",
                            "eventLoopIsNotBlocked",
                            "classLoaderIsFreed"),
                    failed,
                    () -> host.log() + ": "
                            + heard.getSummary().getFailures().stream()
                                    .map(failure -> name(failure.getTestIdentifier()) + ": " + failure.getException())
                                    .collect(Collectors.joining("\n")));
        }
    }

    private static String name(TestIdentifier law) {
        return law.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ((MethodSource) source).getMethodName())
                .orElseGet(law::getDisplayName);
    }
}
