package io.lianhu.server.audience;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the people whom something concerns, each time anew. */
@Singleton
class Audiences {

    static final String USE = "audiences:use";

    private static final int SAMPLE = 5;
    private static final int MOST_DIVISIONS = 50;
    private static final int VILLAGE = 12;

    private final Tags tags;
    private final Divisions divisions;
    private final Clock clock = Clock.system(ZoneId.of("Asia/Shanghai"));

    Audiences(Tags tags, Divisions divisions) {
        this.tags = tags;
        this.divisions = divisions;
    }

    /** Whom is asked for. */
    record Asked(
            Optional<List<GlobalId>> divisionIds,
            Optional<List<Criterion>> all,
            Optional<List<Criterion>> any,
            Optional<List<Criterion>> none) {}

    /** Somebody of the audience. */
    public record Sample(String name, @Nullable Integer age, UUID villageId) {}

    /** How large it is. */
    public record Preview(long residents, long withLogin, long households, List<Sample> sample) {}

    private record Found(ResidentCondition condition, String where) {}

    Uni<Preview> preview(Asked asked, Actor actor) {
        return find(asked, actor).chain(found -> Statements.CORE
                .run(
                        "select count(*), count(r.subject), count(distinct r.household_id) from lianhu_core.resident r where "
                                + found.where(),
                        found.condition().parameters())
                .chain(rows -> {
                    Row sums = rows.iterator().next();
                    return sample(found)
                            .map(sample -> new Preview(sums.getLong(0), sums.getLong(1), sums.getLong(2), sample));
                }));
    }

    /** The latest who came, whoever they are: what is shown does not depend on whom one looks for. */
    private Uni<List<Sample>> sample(Found found) {
        LocalDate today = LocalDate.now(clock);
        return Statements.CORE
                .run(
                        "select r.name, r.birth_date, (select d.id from lianhu_core.division d where d.code = left(r.division_code, "
                                + VILLAGE + ")) from lianhu_core.resident r where " + found.where()
                                + " order by r.id desc limit " + SAMPLE,
                        found.condition().parameters())
                .map(rows -> {
                    List<Sample> sample = new ArrayList<>();
                    for (Row row : rows) {
                        LocalDate born = row.getLocalDate(1);
                        sample.add(new Sample(
                                masked(row.getString(0)),
                                born == null
                                        ? null
                                        : Period.between(born, today).getYears(),
                                row.getUUID(2)));
                    }
                    return sample;
                });
    }

    /** The family name, as most have it. */
    static String masked(String name) {
        return name.substring(0, name.offsetByCodePoints(0, 1)) + "**";
    }

    /** A page of the audience's residents, the newest first. */
    Uni<List<UUID>> residents(Asked asked, PageRequest page, Actor actor) {
        return find(asked, actor).chain(found -> {
            String after = page.after()
                    .map(last -> " and r.id < " + found.condition().put(last))
                    .orElse("");
            return Statements.CORE
                    .run(
                            "select r.id from lianhu_core.resident r where " + found.where() + after
                                    + " order by r.id desc limit " + page.limit(),
                            found.condition().parameters())
                    .map(rows -> {
                        List<UUID> ids = new ArrayList<>();
                        rows.forEach(row -> ids.add(row.getUUID(0)));
                        return ids;
                    });
        });
    }

    private Uni<Found> find(Asked asked, Actor actor) {
        Criteria criteria = Criteria.checked(asked.all(), asked.any(), asked.none());
        return where(asked.divisionIds(), actor)
                .chain(where -> tags.inUse(criteria.tags(), actor).map(known -> {
                    // whoever may not read a tag somewhere learns nothing of its bearers there, not even how many they
                    // are
                    if (known.values().stream()
                            .anyMatch(tag -> where.stream().anyMatch(place -> !Tags.mayRead(tag, place, actor)))) {
                        throw ApiException.notFound("Tag");
                    }
                    ResidentCondition condition = new ResidentCondition(known, LocalDate.now(clock));
                    return new Found(condition, condition.livesIn(where) + " and " + condition.of(criteria));
                }));
    }

    private Uni<List<DivisionCode>> where(Optional<List<GlobalId>> asked, Actor actor) {
        if (asked.isEmpty()) {
            return Uni.createFrom().item(actor.scopes(USE));
        }
        Set<UUID> ids = new HashSet<>();
        asked.get().forEach(id -> ids.add(id.of("Division")));
        if (ids.isEmpty() || ids.size() > MOST_DIVISIONS) {
            throw ApiException.invalid("divisionIds");
        }
        return divisions.byIds(ids).map(found -> {
            if (found.size() < ids.size()) {
                throw ApiException.notFound("Division");
            }
            List<DivisionCode> codes =
                    found.values().stream().map(Divisions.Division::code).toList();
            codes.forEach(code -> actor.require(USE, code));
            return codes;
        });
    }
}
