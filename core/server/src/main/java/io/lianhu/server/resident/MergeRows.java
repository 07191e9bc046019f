package io.lianhu.server.resident;

/** The statements by which two records become one, and two again. */
final class MergeRows {

    /** Consent goes with the login; without one, what is there is better than nothing. */
    private static final String CONSENT =
            "g.notice_version is not null and ('LOGIN' = any (m.taken) or m.kept_notice_version is null)";

    private static final String AT_HOME = "'HOME' = any (m.taken) and k.household_id = g.household_id";

    /** What the merge changes of the kept record, and what it takes of the other by itself, as it was before. */
    static final String REMEMBER =
            "insert into lianhu_core.resident_merge (id, kept_id, gone_id, taken, merged_by, merged_by_name, merged_at, undo_until,"
                    + " login_kept, login_gone, gone_decided_by, gone_decided_at, kept_name, kept_household_id, kept_address,"
                    + " kept_telephone, kept_telephone_digest, kept_id_number, kept_id_number_digest, kept_birth_date, kept_sex,"
                    + " kept_residence, kept_relation, kept_notice_version, kept_consented_at)"
                    + " select $1, k.id, g.id, $4, $5, $6, $7, $8, k.subject, g.subject, g.decided_by, g.decided_at, k.name,"
                    + " k.household_id, k.address, k.telephone, k.telephone_digest, k.id_number, k.id_number_digest, k.birth_date,"
                    + " k.sex, k.residence, k.relation, k.notice_version, k.consented_at"
                    + " from lianhu_core.resident k join lianhu_core.resident g on g.tenant_id = k.tenant_id"
                    + " where k.id = $2 and g.id = $3";

    /** First, because a login and an ID number belong to one approved record at a time. */
    static final String GO =
            "update lianhu_core.resident set subject = null, state = 'MERGED', merged_into_id = $2, decided_by = $3,"
                    + " decided_at = $4, version = version + 1 where id = $1";

    private static final String SIDES =
            " from lianhu_core.resident_merge m join lianhu_core.resident g on g.tenant_id = m.tenant_id"
                    + " and g.id = m.gone_id where m.id = $1 and k.tenant_id = m.tenant_id and k.id = m.kept_id";

    static final String TAKE = "update lianhu_core.resident k set " + taken("NAME", "name") + ", "
            + taken("HOME", "household_id") + ", " + taken("HOME", "division_id") + ", "
            + taken("HOME", "division_code")
            + ", " + taken("HOME", "address") + ", " + taken("TELEPHONE", "telephone") + ", "
            + taken("TELEPHONE", "telephone_digest") + ", " + taken("ID_NUMBER", "id_number") + ", "
            + taken("ID_NUMBER", "id_number_digest") + ", " + taken("BIRTH_DATE", "birth_date") + ", "
            + taken("SEX", "sex") + ", " + taken("RESIDENCE", "residence") + ", " + taken("RELATION", "relation")
            + ", subject = case when 'LOGIN' = any (m.taken) then m.login_gone else k.subject end"
            + ", notice_version = case when " + CONSENT + " then g.notice_version else k.notice_version end"
            + ", consented_at = case when " + CONSENT + " then g.consented_at else k.consented_at end"
            + ", version = k.version + 1" + SIDES;

    /** Whether a member is left: approved, or waiting to be. */
    static final String EMPTY =
            "update lianhu_core.resident_merge m set emptied_household_id = $2 where m.id = $1 and not exists (select 1"
                    + " from lianhu_core.resident r where r.tenant_id = m.tenant_id and r.household_id = $2"
                    + " and r.state in ('APPROVED', 'PENDING'))";

    static final String ENDS = "select kept_id, gone_id from lianhu_core.resident_merge where id = $1";

    /** A merge, and what has happened since that keeps it from being undone. */
    static final String STANDS = "select m.*, m.undone_at is not null as undone, m.undo_until <= now() as over,"
            + " exists (select 1 from lianhu_core.resident_merge l where l.tenant_id = m.tenant_id and l.kept_id = m.kept_id"
            + " and l.id > m.id and l.undone_at is null) as later,"
            + " exists (select 1 from lianhu_core.resident r where r.tenant_id = m.tenant_id"
            + " and r.subject in (m.login_kept, m.login_gone) and r.id not in (m.kept_id, m.gone_id)) as login_taken,"
            + " exists (select 1 from lianhu_core.resident r where r.tenant_id = m.tenant_id and r.state = 'APPROVED'"
            + " and r.id not in (m.kept_id, m.gone_id) and r.id_number_digest in (m.kept_id_number_digest,"
            + " (select g.id_number_digest from lianhu_core.resident g where g.tenant_id = m.tenant_id and g.id = m.gone_id)))"
            + " as id_taken from lianhu_core.resident_merge m where m.id = $1 for update of m";

    /** What the merge took is put back, unless somebody has said otherwise since. A home that was left may have moved with its grid. */
    static final String RESTORE_KEPT = "update lianhu_core.resident k set " + restored("NAME", "name") + ", "
            + "household_id = case when " + AT_HOME + " then m.kept_household_id else k.household_id end, "
            + "division_id = case when " + AT_HOME + " then h.division_id else k.division_id end, "
            + "division_code = case when " + AT_HOME + " then h.division_code else k.division_code end, "
            + "address = case when " + AT_HOME + " then m.kept_address else k.address end, "
            + restored("TELEPHONE", "telephone", "telephone_digest") + ", "
            + restored("TELEPHONE", "telephone_digest", "telephone_digest") + ", "
            + restored("ID_NUMBER", "id_number", "id_number_digest") + ", "
            + restored("ID_NUMBER", "id_number_digest", "id_number_digest") + ", "
            + restored("BIRTH_DATE", "birth_date") + ", " + restored("SEX", "sex") + ", "
            + restored("RESIDENCE", "residence") + ", " + restored("RELATION", "relation")
            + ", subject = case when k.subject is not distinct from (case when 'LOGIN' = any (m.taken) then m.login_gone"
            + " else m.login_kept end) then m.login_kept else k.subject end"
            + ", notice_version = case when " + CONSENT
            + " and k.consented_at = g.consented_at then m.kept_notice_version"
            + " else k.notice_version end"
            + ", consented_at = case when " + CONSENT + " and k.consented_at = g.consented_at then m.kept_consented_at"
            + " else k.consented_at end"
            + ", version = k.version + 1 from lianhu_core.resident_merge m join lianhu_core.resident g"
            + " on g.tenant_id = m.tenant_id and g.id = m.gone_id join lianhu_core.household h"
            + " on h.tenant_id = m.tenant_id and h.id = m.kept_household_id"
            + " where m.id = $1 and k.tenant_id = m.tenant_id and k.id = m.kept_id";

    static final String RESTORE_GONE =
            "update lianhu_core.resident g set subject = m.login_gone, state = 'APPROVED', merged_into_id = null,"
                    + " decided_by = m.gone_decided_by, decided_at = m.gone_decided_at, version = g.version + 1"
                    + " from lianhu_core.resident_merge m where m.id = $1 and g.tenant_id = m.tenant_id and g.id = m.gone_id"
                    + " and g.state = 'MERGED'";

    private MergeRows() {}

    private static String taken(String field, String column) {
        return "%2$s = case when '%1$s' = any (m.taken) then g.%2$s else k.%2$s end".formatted(field, column);
    }

    private static String restored(String field, String column) {
        return restored(field, column, column);
    }

    /** Compared by a column that tells whether it is still what was taken. */
    private static String restored(String field, String column, String told) {
        return "%2$s = case when '%1$s' = any (m.taken) and k.%3$s is not distinct from g.%3$s then m.kept_%2$s else k.%2$s end"
                .formatted(field, column, told);
    }
}
