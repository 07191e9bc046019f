package io.lianhu.server.notice;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where those live for whom a notice is: approved residents at home in some divisions, all of them unless it is for some.
 *
 * @param divisions none contains another, so that nobody is meant twice
 */
record Audience(List<DivisionCode> divisions) {

    /** Of residents {@code r}; the codes are the first parameter. */
    private static final String RESIDENTS =
            " from unnest($1::text[]) a (code) join lianhu_core.resident r on r.division_code >= a.code collate \"C\""
                    + " and r.division_code < (a.code || ':') collate \"C\" and r.state = 'APPROVED'";

    static Audience of(Collection<DivisionCode> divisions) {
        return new Audience(divisions.stream()
                .distinct()
                .filter(one -> divisions.stream().noneMatch(other -> !other.equals(one) && other.contains(one)))
                .sorted()
                .toList());
    }

    static Audience of(String... codes) {
        return of(Stream.of(codes).map(DivisionCode::new).toList());
    }

    String[] codes() {
        return divisions.stream().map(DivisionCode::value).toArray(String[]::new);
    }

    boolean contains(DivisionCode home) {
        return divisions.stream().anyMatch(division -> division.contains(home));
    }

    /** Some of those who have not confirmed the notice, in the order of their ids; of a notice to some of them, only those. */
    Uni<List<UUID>> unconfirmed(UUID notice, boolean targeted, @Nullable UUID after, int most) {
        return Statements.CORE
                .run(
                        "select r.id" + RESIDENTS
                                + " left join lianhu_core.notice_receipt c on c.notice_id = $2 and c.resident_id = r.id"
                                + " where c.confirmed_at is null and (c.sent_at is not null or not $3)"
                                + " and ($4::uuid is null or r.id > $4) order by r.id limit $5",
                        codes(),
                        notice,
                        targeted,
                        after,
                        most)
                .map(found -> StreamSupport.stream(found.spliterator(), false)
                        .map(row -> row.getUUID(0))
                        .toList());
    }

    /** What each has done with the notice: resident, read, confirmed. */
    Uni<RowSet<Row>> receipts(
            UUID notice, boolean targeted, @Nullable Boolean confirmed, @Nullable UUID after, int limit) {
        return Statements.CORE.run(
                "select r.id, c.read_at, c.confirmed_at, c.confirmed_by_name, r.subject is null" + RESIDENTS
                        + " left join lianhu_core.notice_receipt c on c.notice_id = $2 and c.resident_id = r.id"
                        + " where ($3::boolean is null or $3 = (c.confirmed_at is not null)) and ($4::uuid is null or r.id < $4)"
                        + " and (c.sent_at is not null or not $6) order by r.id desc limit $5",
                codes(),
                notice,
                confirmed,
                after,
                limit,
                targeted);
    }
}
