package io.lianhu.server.casework;

import io.lianhu.server.calendar.Calendars;
import io.lianhu.server.emergency.EmergencyMode;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;

/** Reads what clocks go by. */
@Singleton
public class ClockBases {

    private static final String HOLD = "select calendar_version, mode_version from lianhu_core.hold_clocks($1)";

    private final Calendars calendars;
    private final EmergencyMode modes;

    ClockBases(Calendars calendars, EmergencyMode modes) {
        this.calendars = calendars;
        this.modes = modes;
    }

    /**
     * As it is, and stays until the running transaction ends: who changes it waits. So the cases of this transaction are reckoned by what
     * holds, or are there already when those that are open are reckoned anew. To be asked for after a case is locked, never before.
     */
    public Uni<ClockBasis> held() {
        return Statements.CORE.run(HOLD, Operation.current().tenant()).chain(rows -> {
            Row versions = rows.iterator().next();
            return calendars.own(versions.getInteger(0)).chain(calendar -> modes.open(versions.getInteger(1))
                    .map(open -> new ClockBasis(calendar, open)));
        });
    }

    /** As it is now, for what follows a change and is followed by the next. */
    Uni<ClockBasis> fresh() {
        return calendars.fresh().chain(calendar -> modes.fresh().map(open -> new ClockBasis(calendar, open)));
    }
}
