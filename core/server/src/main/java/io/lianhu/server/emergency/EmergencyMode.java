package io.lianhu.server.emergency;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.CountyCache;
import io.lianhu.server.signal.CountyCache.Versioned;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** In which mode a place is now, held in memory; see {@link CountyCache}. */
@Singleton
public class EmergencyMode {

    /** One statement, so that the version and the rows are of one moment; one row without an id where no emergency is open. */
    private static final String OPEN =
            "select switched.version, e.id, e.division_id, e.division_code, e.level, e.reason,"
                    + " e.declared_by_name, e.declared_at, e.end_reason, e.ended_by_name, e.ended_at, e.open_cases"
                    + " from (select coalesce(max(version), 0) as version from lianhu_core.emergency_switch) switched"
                    + " left join lianhu_core.emergency e on e.ended_at is null";

    private final CountyCache<List<Emergency>> cache;

    EmergencyMode(Signals signals) {
        this.cache = new CountyCache<>(signals, "emergencies", EmergencyMode::read);
    }

    /** Begins to listen to other replicas; to be called once, at the start. */
    public void start() {
        cache.listen();
    }

    /** The emergency in which a division of the running operation's county is now: its own or, where it has none, that of the nearest above. */
    public Uni<Optional<Emergency>> at(DivisionCode division) {
        return open().map(open -> nearest(open, division));
    }

    /** Whether teams were to give back what they still had when an emergency ended. */
    public Uni<Boolean> returnsCases(UUID emergency) {
        return Statements.CORE
                .run("select 1 from lianhu_core.emergency where id = $1 and open_cases = 'RETURN'", emergency)
                .map(rows -> rows.rowCount() > 0);
    }

    /** The same of the emergency of a place that ended last. */
    public Uni<Boolean> lastReturnedCases(DivisionCode place) {
        return Statements.CORE
                .run(
                        "select open_cases = 'RETURN' from lianhu_core.emergency where ended_at is not null"
                                + " and division_code = left($1, length(division_code)) order by ended_at desc limit 1",
                        place.value())
                .map(rows -> rows.rowCount() > 0
                        && Boolean.TRUE.equals(rows.iterator().next().getBoolean(0)));
    }

    /** Whether the running operation's county, or a town of it, is in an emergency now. */
    public Uni<Boolean> anywhere() {
        return open().map(open -> !open.isEmpty());
    }

    /** The emergencies of the running operation's county that are open. */
    Uni<List<Emergency>> open() {
        return cache.own();
    }

    /** The same as of a version that the running operation has seen, or of a later one. */
    public Uni<List<Emergency>> open(int version) {
        return cache.own(version);
    }

    /** The same from the database. */
    public Uni<List<Emergency>> fresh() {
        return read().map(Versioned::value);
    }

    static Optional<Emergency> nearest(List<Emergency> open, DivisionCode division) {
        return open.stream()
                .filter(one -> one.code().contains(division))
                .max(Comparator.comparing(one -> one.code().value().length()));
    }

    /** Says that the running transaction makes this the version of the county's modes. */
    void changing(int version) {
        cache.changing(version);
    }

    private static Uni<Versioned<List<Emergency>>> read() {
        return Statements.CORE
                .run(OPEN)
                .map(rows -> new Versioned<>(
                        rows.iterator().next().getInteger("version"),
                        StreamSupport.stream(rows.spliterator(), false)
                                .filter(row -> row.getUUID("id") != null)
                                .map(Emergency::of)
                                .toList()));
    }
}
