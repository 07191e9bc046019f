package io.lianhu.server.casework;

import io.lianhu.server.persistence.Operation;
import io.lianhu.server.signal.Signals;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Tells who follows a case that it has changed. */
@Singleton
public class Progress {

    private final Signals signals;

    Progress(Signals signals) {
        this.signals = signals;
    }

    /** Once the running transaction is committed. */
    public void tell(UUID id) {
        Operation operation = Operation.current();
        String topic = CaseFeature.topic(operation.tenant(), id);
        operation.afterCommit(
                () -> signals.send(topic, id.toString()).subscribe().with(sent -> {}, failure -> {}));
    }
}
