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
 * For whom a notice is: the approved residents at home in some divisions.
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

    /** All of them. */
    Uni<List<UUID>> residents() {
        return ids(Statements.CORE.run("select r.id" + RESIDENTS, (Object) codes()));
    }

    /** Those who have not confirmed the notice. */
    Uni<List<UUID>> unconfirmed(UUID notice) {
        return ids(Statements.CORE.run(
                "select r.id" + RESIDENTS + " and not exists (select 1 from lianhu_core.notice_receipt c"
                        + " where c.notice_id = $2 and c.resident_id = r.id and c.confirmed_at is not null)",
                codes(),
                notice));
    }

    private static Uni<List<UUID>> ids(Uni<RowSet<Row>> rows) {
        return rows.map(found -> StreamSupport.stream(found.spliterator(), false)
                .map(row -> row.getUUID(0))
                .toList());
    }

    /** How many they are, in each row, and some of their names, masked. */
    Uni<RowSet<Row>> preview(int sample) {
        return Statements.CORE.run(
                "select left(r.name, 1) || '**', count(*) over ()" + RESIDENTS + " order by r.id limit $2",
                codes(),
                sample);
    }

    /** What each has done with the notice: resident, read, confirmed. */
    Uni<RowSet<Row>> receipts(UUID notice, @Nullable Boolean confirmed, @Nullable UUID after, int limit) {
        return Statements.CORE.run(
                "select r.id, c.read_at, c.confirmed_at" + RESIDENTS
                        + " left join lianhu_core.notice_receipt c on c.notice_id = $2 and c.resident_id = r.id"
                        + " where ($3::boolean is null or $3 = (c.confirmed_at is not null)) and ($4::uuid is null or r.id < $4)"
                        + " order by r.id desc limit $5",
                codes(),
                notice,
                confirmed,
                after,
                limit);
    }
}
