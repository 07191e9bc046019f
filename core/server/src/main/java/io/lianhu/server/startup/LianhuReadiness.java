package io.lianhu.server.startup;

import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means: started, and a county's statement would be answered now, through the pool, the login and a role. */
@Singleton
@Readiness
class LianhuReadiness implements AsyncHealthCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Startup startup;
    private final Operations operations;
    private final Signals signals;

    LianhuReadiness(Startup startup, Operations operations, Signals signals) {
        this.startup = startup;
        this.operations = operations;
        this.signals = signals;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        if (!startup.ready()) {
            return Uni.createFrom()
                    .item(HealthCheckResponse.named("lianhu")
                            .down()
                            .withData("started", false)
                            .build());
        }
        return operations
                .read(Operation.PLATFORM, () -> Statements.PLATFORM.run("select 1"))
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .map(rows -> HealthCheckResponse.named("lianhu")
                        .up()
                        .withData("signals", signals.connected())
                        .build())
                .onFailure()
                .recoverWithItem(failure -> HealthCheckResponse.named("lianhu")
                        .down()
                        .withData("database", false)
                        .build());
    }
}
