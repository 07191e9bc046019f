package io.lianhu.server.personaldata;

import io.lianhu.sdk.PersonalData;
import io.lianhu.sdk.PersonalData.Outcome;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** What the core erases of a person, in this order; the record itself comes last. What it bears is nobody's afterwards. */
final class Erasers {

    /** What stands where a name stood. */
    static final String NOBODY = "已注销";

    static final String OPEN_CASES = "OPEN_CASES";
    static final String CASES_RETENTION = "CASES_RETENTION";

    /** Whose household and subject nobody has. */
    private static final String NIL = "'00000000-0000-0000-0000-000000000000'";

    private static final String OVER = "('CLOSED', 'REFUSED', 'REFERRED', 'WITHDRAWN')";

    private static final String CALLED =
            "c.caller_telephone_digest in (select r.telephone_digest from lianhu_core.resident r"
                    + " where r.id = any ({ids}))";

    static final List<Eraser.Named> ALL = List.of(
            named("message", Erasers::messages),
            simple("message_preference", "delete from lianhu_core.message_preference where subject = {subject}"),
            simple("notice_receipt", "delete from lianhu_core.notice_receipt where resident_id = any ({ids})"),
            simple("resident_tag", "delete from lianhu_core.resident_tag where resident_id = any ({ids})"),
            simple("idempotency_key", "delete from lianhu_core.idempotency_key where subject = {subject}"),
            // with what it was merged with: an undoing must not bring back what is erased
            simple(
                    "resident_merge",
                    "with moved as (delete from lianhu_core.resident_merge_reference where merge_id in (select m.id"
                            + " from lianhu_core.resident_merge m where m.kept_id = any ({ids}) or m.gone_id = any ({ids}))),"
                            + " emptied as (update lianhu_core.household h set head_name = '" + NOBODY
                            + "', address = '',"
                            + " version = h.version + 1 from lianhu_core.resident_merge m where h.id = m.emptied_household_id"
                            + " and (m.kept_id = any ({ids}) or m.gone_id = any ({ids})) and not exists (select 1"
                            + " from lianhu_core.resident o where o.household_id = h.id and o.id <> all ({ids})))"
                            + " delete from lianhu_core.resident_merge where kept_id = any ({ids}) or gone_id = any ({ids})"),
            named("transfer_job", Erasers::transfers),
            new Eraser.Named("case_record", false, Erasers::cases),
            new Eraser.Named("photo", true, Erasers::photos),
            new Eraser.Named("household", true, Erasers::household),
            new Eraser.Named("resident", true, Erasers::resident));

    private Erasers() {}

    private static Eraser.Named named(String section, Eraser eraser) {
        return new Eraser.Named(section, false, eraser);
    }

    private static Eraser.Named simple(String section, String sql) {
        return named(section, person -> done(section, person, sql));
    }

    private static Uni<List<Outcome>> done(String section, PersonalData.Person person, String sql) {
        return PersonSql.of(sql).run(person).map(rows -> List.of(Outcome.erased(section, rows.rowCount())));
    }

    /** How many of the person's cases are open. */
    static Uni<Long> openCases(PersonalData.Person person) {
        return PersonSql.of("select count(*) from lianhu_core.case_record c where (c.reporter_id = any ({ids}) or "
                        + CALLED + ") and c.state not in " + OVER)
                .run(person)
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** What was said to the person alone goes with it. */
    private static Uni<List<Outcome>> messages(PersonalData.Person person) {
        return PersonSql.of(
                        "update lianhu_core.message m set on_behalf_of = array(select b from unnest(m.on_behalf_of) b"
                                + " where b <> all ({ids})) where m.on_behalf_of && {ids} and m.receiver in (select r.subject"
                                + " from lianhu_core.resident r where r.household_id = {household})")
                .run(person)
                .chain(() -> PersonSql.of(
                                "delete from lianhu_core.message where receiver = {subject} returning content_id")
                        .run(person))
                .chain(rows -> Statements.CORE
                        .run(
                                "delete from lianhu_core.message_content c where c.id = any ($1) and not exists (select 1"
                                        + " from lianhu_core.message m where m.tenant_id = c.tenant_id and m.content_id = c.id)",
                                (Object) ids(rows))
                        .replaceWith(List.of(Outcome.erased("message", rows.rowCount()))));
    }

    private static UUID[] ids(Iterable<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.getUUID(0))
                .distinct()
                .toArray(UUID[]::new);
    }

    /** Files that the person had made, or that were made of the person, are handed out no more, and removed within the hour. */
    private static Uni<List<Outcome>> transfers(PersonalData.Person person) {
        return PersonSql.of(
                        "with jobs as (update lianhu_core.transfer_job j set finished_at = j.finished_at - interval '2 days'"
                                + " where j.finished_at > now() - interval '1 day' and (j.subject = {subject} or j.kind = '"
                                + PersonalDataArchive.NAME
                                + "' and j.request ->> 'resident' = any ({ids}::text[])) returning j.file_id)"
                                + " update lianhu_core.transfer_file f set created_at = f.created_at - interval '2 days'"
                                + " where f.id in (select file_id from jobs) or f.uploaded_by = {subject} and f.created_at > now() - interval '1 day'")
                .run(person)
                .map(rows -> List.of(Outcome.erased("transfer_job", rows.rowCount())));
    }

    /** Those whose time is over keep their substance, and are nobody's. */
    private static Uni<List<Outcome>> cases(PersonalData.Person person) {
        return Statements.CORE
                .run("select coalesce((select days from lianhu_core.retention_rule where kind = 'CASES'), "
                        + RetentionRules.USUAL_DAYS + ")")
                .chain(days -> {
                    int kept = days.iterator().next().getInteger(0);
                    return PersonSql.of(
                                    "select c.id, c.reporter_subject from lianhu_core.case_record c where c.reporter_id = any ({ids})"
                                            + " and c.reporter_subject <> '' and c.state in " + OVER
                                            + " and coalesce(c.closed_at, c.reported_at) + make_interval(days => {days}) <= now() for update")
                            .with("days", "int", kept)
                            .run(person)
                            .chain(rows -> anonymise(rows).replaceWith(rows.rowCount()))
                            .call(() -> callers(person))
                            .chain(erased -> left(person, kept).map(left -> List.of(outcome(erased, left))));
                });
    }

    private static Uni<Void> anonymise(RowSet<Row> found) {
        UUID[] cases = ids(found);
        String[] subjects = StreamSupport.stream(found.spliterator(), false)
                .map(row -> row.getString(1))
                .distinct()
                .toArray(String[]::new);
        return Statements.ERASER
                .run(
                        "update lianhu_core.case_step set actor_subject = '', actor_name = '" + NOBODY
                                + "', note = null where case_id = any ($1) and actor_subject = any ($2)",
                        cases,
                        subjects)
                .chain(() -> Statements.CORE.run(
                        "update lianhu_core.case_record set reporter_subject = '', reporter_name = '" + NOBODY
                                + "', reporter_household_id = " + NIL
                                + ", reporter_division_code = left(reporter_division_code, 12), rating_comment = null,"
                                + " version = version + 1 where id = any ($1)",
                        (Object) cases))
                .replaceWithVoid();
    }

    /** What was told by telephone, from the person's number. */
    private static Uni<?> callers(PersonalData.Person person) {
        return PersonSql.of("update lianhu_core.case_record c set caller_name = null, caller_telephone = null,"
                        + " caller_telephone_digest = null, version = version + 1 where " + CALLED + " and c.state in "
                        + OVER)
                .run(person);
    }

    /** How many there are still, how many of them are open, and when the next has had its time. */
    private static Uni<Row> left(PersonalData.Person person, int days) {
        return PersonSql.of("select count(*), count(*) filter (where c.state not in " + OVER
                        + "), min(coalesce(c.closed_at, c.reported_at) + make_interval(days => {days})) filter (where c.state in "
                        + OVER
                        + ") from lianhu_core.case_record c where c.reporter_id = any ({ids}) and c.reporter_subject <> ''"
                        + " or " + CALLED)
                .with("days", "int", days)
                .run(person)
                .map(rows -> rows.iterator().next());
    }

    private static Outcome outcome(int erased, Row left) {
        int kept = left.getLong(0).intValue();
        if (kept == 0) {
            return Outcome.erased("case_record", erased);
        }
        Optional<Instant> until = Optional.ofNullable(left.getOffsetDateTime(2))
                .map(time -> time.toInstant())
                .filter(time -> left.getLong(1) == 0);
        return new Outcome(
                "case_record", erased, kept, Optional.of(left.getLong(1) > 0 ? OPEN_CASES : CASES_RETENTION), until);
    }

    /** Those of cases stay, and are nobody's; of the others the bytes go within the hour. */
    private static Uni<List<Outcome>> photos(PersonalData.Person person) {
        return done(
                "photo",
                person,
                "update lianhu_core.photo set uploaded_by = '', created_at = case when case_id is null"
                        + " then created_at - interval '1 day' else created_at end where uploaded_by = {subject}");
    }

    /** One that others live in is called by one of them. */
    private static Uni<List<Outcome>> household(PersonalData.Person person) {
        String others = "(select min(m.id::text) from lianhu_core.resident m where m.household_id = {household}"
                + " and m.state = 'APPROVED' and m.id <> all ({ids}))";
        return PersonSql.of("update lianhu_core.home set household_id = null, version = version + 1"
                        + " where household_id = {household} and " + others + " is null")
                .run(person)
                .chain(() -> done(
                        "household",
                        person,
                        "update lianhu_core.household h set version = h.version + 1, address = case when " + others
                                + " is null then '' else h.address end, head_name = case when " + others
                                + " is null then '"
                                + NOBODY
                                + "' when h.head_name = any (select r.name from lianhu_core.resident r where r.id = any ({ids}))"
                                + " then (select m.name from lianhu_core.resident m where m.id = " + others
                                + "::uuid) else h.head_name end where h.id = {household}"));
    }

    /** The village is all that is left of where the person lived; whom the person registered is nobody's doing. */
    private static Uni<List<Outcome>> resident(PersonalData.Person person) {
        return PersonSql.of("delete from lianhu_core.resident_gram where resident_id = any ({ids})")
                .run(person)
                .chain(() -> PersonSql.of("update lianhu_core.resident set acted_by = '', acted_by_name = '" + NOBODY
                                + "', version = version + 1 where acted_by = {subject}")
                        .run(person))
                .chain(() -> done(
                        "resident",
                        person,
                        "update lianhu_core.resident r set subject = null, name = '" + NOBODY
                                + "', telephone = null, telephone_digest = null, id_number = null, id_number_digest = null,"
                                + " household_id = null, address = '', residence = null, sex = null, birth_date = null,"
                                + " relation = null, acted_by = null, acted_by_name = null, acted_as = null, decision_reason = null,"
                                + " division_id = v.id, division_code = v.code, version = r.version + 1,"
                                + " state = case when r.state = 'MERGED' then r.state else 'ERASED' end"
                                + " from lianhu_core.division v where v.tenant_id = r.tenant_id and v.code = left(r.division_code, 12)"
                                + " and r.id = any ({ids})"));
    }
}
