package io.lianhu.server.duplicate;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.casework.Case;
import io.lianhu.server.casework.CaseClass;
import io.lianhu.server.casework.CaseClasses;
import io.lianhu.server.casework.CasePermissions;
import io.lianhu.server.casework.CaseState;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds open cases that are probably the same as another: near in place and time, of the same broad class. */
@Singleton
class Duplicates {

    /** For each case. */
    private static final int MOST = 10;

    private static final String OPEN =
            CaseState.OPEN.stream().map(CaseState::name).collect(Collectors.joining("', '", "c.state in ('", "')"));

    /** Of the same broad class, and reported within the days of the class. */
    private static final String ALIKE =
            OPEN + " and c.id <> s.id and split_part(c.class_code, '.', 1) = split_part(s.class, '.', 1)"
                    + " and c.reported_at between s.reported - make_interval(days => s.days) and s.reported + make_interval(days => s.days)";

    /** The great-circle distance in metres. */
    private static final String DISTANCE =
            "2 * 6371008.8 * asin(least(1, sqrt(power(sin(radians(c.latitude - s.latitude) / 2), 2)"
                    + " + cos(radians(s.latitude)) * cos(radians(c.latitude)) * power(sin(radians(c.longitude - s.longitude) / 2), 2))))";

    /** Where both have a position, by the box around it, which an index knows; else in the same grid, the same place in words first. */
    private static final String FIND =
            "select s.id as source, d.* from unnest($1::uuid[], $2::float8[], $3::float8[], $4::text[],"
                    + " $5::text[], $6::text[], $7::int[], $8::int[], $9::timestamptz[])"
                    + " as s (id, latitude, longitude, division, place, class, radius, days, reported) cross join lateral ("
                    + "(select c.id, c.division_code, c.class_code, round(" + DISTANCE
                    + ")::int as distance, false as same_place,"
                    + " abs(extract(epoch from c.reported_at - s.reported)) as apart"
                    + " from lianhu_core.case_record c where c.latitude is not null"
                    + " and c.latitude >= s.latitude - s.radius / 111000.0 and c.latitude <= s.latitude + s.radius / 111000.0"
                    + " and c.longitude >= s.longitude - s.radius / (111000.0 * cos(radians(s.latitude)))"
                    + " and c.longitude <= s.longitude + s.radius / (111000.0 * cos(radians(s.latitude)))"
                    + " and " + ALIKE + " and " + DISTANCE + " <= s.radius order by 4, 6, 1 limit " + MOST
                    + ") union all "
                    + "(select c.id, c.division_code, c.class_code, null, coalesce(c.place = s.place, false),"
                    + " abs(extract(epoch from c.reported_at - s.reported))"
                    + " from lianhu_core.case_record c where (s.latitude is null or c.latitude is null) and c.division_code = s.division"
                    + " and " + ALIKE + " order by 5 desc, 6, 1 limit " + MOST + ")) d"
                    + " order by d.distance nulls last, d.same_place desc, d.apart, d.id";

    private final CaseClasses classes;

    Duplicates(CaseClasses classes) {
        this.classes = classes;
    }

    /**
     * Another case that is probably the same.
     *
     * @param distance in metres; null where either has no position
     * @param hoursApart between the two reports
     */
    public record Duplicate(
            UUID caseId, @Nullable Integer distance, boolean samePlace, boolean sameClass, int hoursApart) {}

    /** For those who verify, and while the case is open; others find none. One statement for all cases. */
    Uni<Map<Case, List<Duplicate>>> of(List<Case> cases, Call call) {
        Actor actor = call.actor();
        List<Case> asked = cases.stream()
                .filter(about -> about.isOpen() && actor.may(CasePermissions.VERIFY, about.where()))
                .toList();
        Map<Case, List<Duplicate>> result = new HashMap<>();
        cases.forEach(about -> result.put(about, new ArrayList<>()));
        if (asked.isEmpty()) {
            return Uni.createFrom().item(result);
        }
        Map<UUID, Case> byId = asked.stream().collect(Collectors.toMap(Case::getId, Function.identity()));
        return classes.all().chain(byCode -> find(asked, byCode)).map(rows -> {
            rows.forEach(row -> {
                Case about = byId.get(row.getUUID("source"));
                if (about != null
                        && actor.may(CasePermissions.VERIFY, new DivisionCode(row.getString("division_code")))) {
                    List<Duplicate> found = result.computeIfAbsent(about, one -> new ArrayList<>());
                    if (found.size() < MOST) {
                        found.add(duplicate(row, about));
                    }
                }
            });
            return result;
        });
    }

    private static Uni<RowSet<Row>> find(List<Case> asked, Map<String, CaseClass> byCode) {
        return Statements.CORE.run(
                FIND,
                asked.stream().map(Case::getId).toArray(UUID[]::new),
                asked.stream().map(Case::getLatitude).toArray(Double[]::new),
                asked.stream().map(Case::getLongitude).toArray(Double[]::new),
                asked.stream().map(Case::getDivisionCode).toArray(String[]::new),
                asked.stream().map(Case::getPlace).toArray(String[]::new),
                asked.stream().map(Case::getClassCode).toArray(String[]::new),
                asked.stream()
                        .map(about ->
                                CaseClasses.of(byCode, about.getClassCode()).duplicateRadius())
                        .toArray(Integer[]::new),
                asked.stream()
                        .map(about ->
                                CaseClasses.of(byCode, about.getClassCode()).duplicateDays())
                        .toArray(Integer[]::new),
                asked.stream()
                        .map(about -> about.getReportedAt().atOffset(ZoneOffset.UTC))
                        .toArray(OffsetDateTime[]::new));
    }

    private static Duplicate duplicate(Row row, Case about) {
        return new Duplicate(
                row.getUUID("id"),
                row.getInteger("distance"),
                row.getBoolean("same_place"),
                row.getString("class_code").equals(about.getClassCode()),
                Math.round(row.getFloat("apart") / 3600));
    }
}
