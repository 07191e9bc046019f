package io.lianhu.server.identity;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.Actor.PermissionBook;
import io.lianhu.sdk.Actor.Post;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.Role;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What persons may do in the running operation's county, by their posts and by those for which they stand in, as long as they have one of
 * their own. Read anew for each request, in one statement, so that a post that has ended
 * ends at once on every replica.
 */
public final class Actors {

    private static final DivisionCode EVERYWHERE = new DivisionCode(Operation.PLATFORM);

    private Actors() {}

    /** Somebody without a token. */
    public static Actor nobody(PermissionBook permissions) {
        return new Actor("", Optional.empty(), List.of(), permissions);
    }

    /** Somebody with a token who is no member of the county. */
    public static Actor stranger(Person person, PermissionBook permissions) {
        return new Actor(person.subject(), Optional.empty(), List.of(), permissions);
    }

    /** A member of the county, with posts and home. */
    public static Uni<Actor> member(Person person, PermissionBook permissions) {
        return member(person.subject(), permissions);
    }

    /** The same of somebody who is not there: whether what was asked for then may still be done. */
    public static Uni<Actor> member(String subject, PermissionBook permissions) {
        return Statements.CORE
                .run(
                        "select role, division_code, unit_id, null::uuid as id, null as name, null::uuid as household_id"
                                + " from lianhu_core.post where subject = $1 and since <= now() and (until is null or until > now())"
                                + " union all select p.role, p.division_code, p.unit_id, null, null, null from lianhu_core.stand_in s"
                                + " join lianhu_core.post p on p.tenant_id = s.tenant_id and p.id = s.post_id"
                                + " where s.subject = $1 and not s.closed and s.since <= now() and s.until > now()"
                                + " and p.since <= now() and (p.until is null or p.until > now())"
                                + " and exists (select 1 from lianhu_core.post own where own.subject = $1"
                                + " and own.since <= now() and (own.until is null or own.until > now()))"
                                + " union all select 'RESIDENT', division_code, null, id, name, household_id"
                                + " from lianhu_core.resident where subject = $1 and state = 'APPROVED'",
                        subject)
                .map(rows -> {
                    List<Post> posts = new ArrayList<>();
                    Resident resident = null;
                    for (Row row : rows) {
                        DivisionCode division = new DivisionCode(row.getString("division_code"));
                        posts.add(new Post(Role.valueOf(row.getString("role")), division, row.getUUID("unit_id")));
                        resident = row.getUUID("id") == null ? resident : resident(row, division);
                    }
                    return new Actor(subject, Optional.ofNullable(resident), List.copyOf(posts), permissions);
                });
    }

    private static @Nullable Resident resident(Row row, DivisionCode division) {
        return new Resident(row.getUUID("id"), row.getString("name"), row.getUUID("household_id"), division);
    }

    /** Somebody on the platform's own host: an operator, if the registry says so. */
    public static Uni<Actor> operator(Person person, PermissionBook permissions) {
        return Statements.PLATFORM
                .run("select 1 from lianhu_platform.operator where subject = $1", person.subject())
                .map(rows -> new Actor(
                        person.subject(),
                        Optional.empty(),
                        rows.rowCount() == 0 ? List.of() : List.of(new Post(Role.OPERATOR, EVERYWHERE)),
                        permissions));
    }
}
