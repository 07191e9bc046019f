package io.lianhu.server.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The fence around a schema: every table is checked for whether it can be kept apart by county, and then put under forced row-level
 * security. The policy compares with a sub-select, so that the setting is read once per statement and not once per row.
 *
 * <p>A table whose comment is {@code append-only} can be read and added to, and nothing else.
 */
final class Fence {

    private static final String COUNTY = "(select nullif(current_setting('lianhu.tenant', true), ''))";

    /** How PostgreSQL prints the policy and the default; were it to print them otherwise, they would be made anew at each start. */
    private static final String POLICY_AS_PRINTED =
            "(tenant_id = ( SELECT NULLIF(current_setting('lianhu.tenant'::text, true), ''::text) AS \"nullif\"))";

    private static final String DEFAULT_AS_PRINTED = "current_setting('lianhu.tenant'::text)";

    /** The comment of a table whose rows are never changed. */
    private static final String APPEND_ONLY = "append-only";

    /** The core's own exceptions: what lets its sweepers find due work across the counties. */
    private static final List<String> ALLOWED = List.of(
            "eraser",
            "erasure_due",
            "event_delivery_due",
            "notice_due",
            "post_due",
            "stand_in_due",
            "transfer_job_due",
            "webhook_delivery_due",
            "worker");

    private final String schema;

    Fence(String schema) {
        this.schema = schema;
    }

    void raise(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            execute(connection, "select pg_advisory_xact_lock(hashtext('" + schema + "'))");
            check(connection);
            for (Table table : tables(connection)) {
                if (!table.fenced()) {
                    fence(connection, schema + "." + table.name());
                }
                grant(connection, schema + "." + table.name(), table.appendOnly());
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /**
     * Looks whether every table can be fenced, and changes nothing.
     *
     * @throws FenceException if one cannot
     */
    void check(Connection connection) throws SQLException {
        List<String> faults = faults(connection);
        if (!faults.isEmpty()) {
            throw new FenceException(faults);
        }
    }

    private void fence(Connection connection, String table) throws SQLException {
        execute(
                connection,
                "alter table " + table + " alter column tenant_id set default current_setting('lianhu.tenant')");
        execute(connection, "alter table " + table + " enable row level security");
        execute(connection, "alter table " + table + " force row level security");
        execute(connection, "drop policy if exists tenant on " + table);
        execute(
                connection,
                "create policy tenant on " + table + " to " + schema + " using (tenant_id = " + COUNTY
                        + ") with check (tenant_id = " + COUNTY + ")");
    }

    /** Given anew each time, so that a table that becomes append-only, or a script that grants, is of no consequence. */
    private void grant(Connection connection, String table, boolean appendOnly) throws SQLException {
        execute(connection, "revoke all on " + table + " from public, " + schema);
        execute(
                connection,
                "grant select, insert" + (appendOnly ? "" : ", update, delete") + " on " + table + " to " + schema);
    }

    /**
     * A table of the schema.
     *
     * @param name as SQL writes it
     * @param fenced whether it bears exactly the host's fence; one that does is left alone, since to raise it locks the table
     */
    private record Table(String name, boolean fenced, boolean appendOnly) {}

    private List<Table> tables(Connection connection) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select quote_ident(c.relname), c.relrowsecurity and c.relforcerowsecurity"
                        + " and pg_get_expr(d.adbin, d.adrelid) is not distinct from ?"
                        + " and exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant'"
                        + " and p.polcmd = '*' and p.polpermissive and p.polroles = array[?::regrole::oid]"
                        + " and pg_get_expr(p.polqual, p.polrelid) = ? and pg_get_expr(p.polwithcheck, p.polrelid) = ?),"
                        + " obj_description(c.oid, 'pg_class') is not distinct from ?"
                        + " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
                        + " left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum"
                        + " where c.relnamespace = ?::regnamespace and c.relkind in ('r', 'p')"
                        + " and c.relname <> 'migration_history' order by 1")) {
            query.setString(1, DEFAULT_AS_PRINTED);
            query.setString(2, schema);
            query.setString(3, POLICY_AS_PRINTED);
            query.setString(4, POLICY_AS_PRINTED);
            query.setString(5, APPEND_ONLY);
            query.setString(6, schema);
            try (ResultSet rows = query.executeQuery()) {
                List<Table> tables = new ArrayList<>();
                while (rows.next()) {
                    tables.add(new Table(rows.getString(1), rows.getBoolean(2), rows.getBoolean(3)));
                }
                return tables;
            }
        }
    }

    private List<String> faults(Connection connection) throws SQLException {
        List<String> faults = new ArrayList<>();
        faults.addAll(strings(
                connection,
                "select relname || ': has no column tenant_id text not null' from pg_class c"
                        + " where relnamespace = ?::regnamespace and relkind in ('r', 'p') and relname <> 'migration_history'"
                        + " and not exists (select 1 from pg_attribute where attrelid = c.oid and attname = 'tenant_id'"
                        + " and atttypid = 'text'::regtype and attnotnull and not attisdropped)"));
        faults.addAll(strings(
                connection,
                "select t.relname || ': tenant_id does not come first in the index ' || i.relname from pg_index x"
                        + " join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid"
                        + " left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]"
                        + " where t.relnamespace = ?::regnamespace and t.relname <> 'migration_history'"
                        + " and a.attname is distinct from 'tenant_id'"));
        faults.addAll(strings(
                connection,
                "select t.relname || ': tenant_id does not come first in the foreign key ' || k.conname from pg_constraint k"
                        + " join pg_class t on t.oid = k.conrelid"
                        + " left join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]"
                        + " left join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]"
                        + " where t.relnamespace = ?::regnamespace and k.contype = 'f'"
                        + " and (a.attname is distinct from 'tenant_id' or b.attname is distinct from 'tenant_id')"));
        faults.addAll(strings(
                connection,
                "select relname || ': views and foreign tables are not fenced; query the tables' from pg_class"
                        + " where relnamespace = ?::regnamespace and relkind in ('v', 'm', 'f')"));
        faults.addAll(strings(
                connection,
                "select proname || ': functions could step over the fence; keep the logic in the plugin' from pg_proc"
                        + " where pronamespace = ?::regnamespace"
                        // the core's triggers count; they have no more rights than the statement that sets them off
                        + (schema.equals(Migrations.CORE) ? " and prosecdef" : "")));
        faults.addAll(
                strings(
                        connection,
                        "select t.relname || ': has a policy of its own, ' || p.polname from pg_policy p"
                                + " join pg_class t on t.oid = p.polrelid where t.relnamespace = ?::regnamespace and p.polname <> 'tenant'"));
        if (schema.equals(Migrations.CORE)) {
            faults.removeIf(fault -> ALLOWED.stream().anyMatch(fault::endsWith));
        }
        return faults;
    }

    private List<String> strings(Connection connection, String sql) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, schema);
            try (ResultSet rows = query.executeQuery()) {
                List<String> result = new ArrayList<>();
                while (rows.next()) {
                    result.add(rows.getString(1));
                }
                return result;
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
