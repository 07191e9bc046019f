package io.lianhu.server.audience;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
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
public class Audiences {

    static final String USE = "audiences:use";

    /** What tags and audiences ask of who calls. */
    public static final List<Permission> PERMISSIONS = List.of(
            Permission.of(
                    Tags.READ,
                    Role.GRID_WORKER,
                    Role.VILLAGE_CADRE,
                    Role.TOWN_CENTRE,
                    Role.COUNTY_CENTRE,
                    Role.COUNTY_ADMINISTRATOR),
            Permission.of(Tags.READ_CONFIDENTIAL, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR),
            Permission.of(AudienceFeature.MANAGE, Role.COUNTY_ADMINISTRATOR),
            Permission.of(AudienceFeature.ASSIGN, Role.GRID_WORKER, Role.VILLAGE_CADRE),
            Permission.of(USE, Role.GRID_WORKER, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR));

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
    public record Asked(
            Optional<List<GlobalId>> divisionIds,
            Optional<List<Criterion>> all,
            Optional<List<Criterion>> any,
            Optional<List<Criterion>> none) {}

    /**
     * Who is meant, as the one who asked may mean them: no people yet, and so never stale.
     *
     * @param where the approved residents at home there
     * @param criteria of whom this is so besides; null for all of them
     * @param confidential whether a confidential tag is among the criteria
     */
    public record Target(List<DivisionCode> where, @Nullable String criteria, boolean confidential) {

        Criteria parsed() {
            return criteria == null ? Criteria.NONE : Criteria.of(criteria);
        }
    }

    /** Somebody of the audience. */
    public record Sample(String name, @Nullable Integer age, UUID villageId) {}

    /** How large it is. */
    public record Preview(long residents, long withLogin, long households, List<Sample> sample) {}

    private record Found(ResidentCondition condition, String where) {}

    /**
     * What is asked for as a target; without divisions, everywhere that the actor holds the permission.
     *
     * @throws ApiException where the actor may not, or a tag is not for the actor to use there
     */
    public Uni<Target> target(Asked asked, String permission, Actor actor) {
        Criteria criteria = Criteria.checked(asked.all(), asked.any(), asked.none());
        return where(asked.divisionIds(), permission, actor).chain(where -> target(where, criteria, permission, actor));
    }

    /** The same of what a column has kept, for somebody who may have lost rights since then, or tags that are out of use by now. */
    public Uni<Target> target(List<DivisionCode> where, @Nullable String criteria, String permission, Actor actor) {
        return target(where, criteria == null ? Criteria.NONE : Criteria.of(criteria), permission, actor);
    }

    private Uni<Target> target(List<DivisionCode> where, Criteria criteria, String permission, Actor actor) {
        where.forEach(code -> actor.require(permission, code));
        return tags.inUse(criteria.tags(), actor).map(known -> {
            // whoever may not read a tag somewhere learns nothing of its bearers there, not even how many they are
            if (known.size() < criteria.tags().size()
                    || known.values().stream()
                            .anyMatch(tag -> where.stream().anyMatch(place -> !Tags.mayRead(tag, place, actor)))) {
                throw ApiException.notFound("Tag");
            }
            return new Target(
                    where,
                    criteria.equals(Criteria.NONE) ? null : criteria.text(),
                    known.values().stream().anyMatch(Tag::confidential));
        });
    }

    /** Whether the actor may know of whom a confidential tag is so there. */
    public static boolean mayReadConfidential(Actor actor, DivisionCode at) {
        return actor.may(Tags.READ_CONFIDENTIAL, at);
    }

    /** How many there are just now. */
    public Uni<Long> count(Target target) {
        return find(target)
                .chain(found -> Statements.CORE.run(
                        "select count(*) from lianhu_core.resident r where " + found.where(),
                        found.condition().parameters()))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** How many, and a few of them, masked. */
    public Uni<Preview> preview(Target target) {
        return find(target).chain(found -> Statements.CORE
                .run(
                        "select count(*), count(r.subject), count(distinct r.household_id)"
                                + " from lianhu_core.resident r where " + found.where(),
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
        return target(asked, USE, actor).chain(this::find).chain(found -> {
            String after = page.after()
                    .map(last -> " and r.id < " + found.condition().put(last))
                    .orElse("");
            return ids(found, after + " order by r.id desc limit " + page.limit());
        });
    }

    /** Some of the audience's residents as it is now, in the order of their ids: to go through all of them in slices. */
    public Uni<List<UUID>> slice(Target target, @Nullable UUID after, int most) {
        return find(target).chain(found -> {
            String beyond =
                    after == null ? "" : " and r.id > " + found.condition().put(after);
            return ids(found, beyond + " order by r.id limit " + most);
        });
    }

    private static Uni<List<UUID>> ids(Found found, String which) {
        return Statements.CORE
                .run(
                        "select r.id from lianhu_core.resident r where " + found.where() + which,
                        found.condition().parameters())
                .map(rows -> {
                    List<UUID> ids = new ArrayList<>();
                    rows.forEach(row -> ids.add(row.getUUID(0)));
                    return ids;
                });
    }

    /** The condition of a target that somebody was allowed; that a tag goes out of use changes nothing on the way. */
    private Uni<Found> find(Target target) {
        Criteria criteria = target.parsed();
        return tags.all(criteria.tags()).map(known -> {
            ResidentCondition condition = new ResidentCondition(known, LocalDate.now(clock));
            return new Found(condition, condition.livesIn(target.where()) + " and " + condition.of(criteria));
        });
    }

    private Uni<List<DivisionCode>> where(Optional<List<GlobalId>> asked, String permission, Actor actor) {
        if (asked.isEmpty()) {
            return Uni.createFrom().item(actor.scopes(permission));
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
            return within(found.values().stream().map(Divisions.Division::code).toList());
        });
    }

    /** None contains another, so that nobody is meant twice. */
    private static List<DivisionCode> within(List<DivisionCode> codes) {
        return codes.stream()
                .distinct()
                .filter(one -> codes.stream().noneMatch(other -> !other.equals(one) && other.contains(one)))
                .sorted()
                .toList();
    }
}
