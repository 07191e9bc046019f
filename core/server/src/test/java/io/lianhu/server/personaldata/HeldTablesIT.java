package io.lianhu.server.personaldata;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lianhu.server.OneHost;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The list of what is held on people is whole")
final class HeldTablesIT {

    /** Names of columns that say who: ids of records, subjects of Keycloak's, and numbers of people. */
    private static final String WHO =
            "(^|_)(subject|receiver|resident|resident_id|reporter_id|household_id|child_id|guardian_id|person_id"
                    + "|on_behalf_of|object_id|merged_into_id|telephone|id_number|email|[a-z]+_by)$";

    @Test
    @DisplayName("Every column of the core that names a person is looked at, or left out for a reason")
    void whole() throws SQLException {
        Set<String> columns = new TreeSet<>();
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select c.table_name || '.' || c.column_name from information_schema.columns c"
                                + " where c.table_schema = 'lianhu_core' and c.table_name <> 'migration_history'"
                                + " and c.data_type in ('uuid', 'text', 'bytea', 'ARRAY') and c.column_name ~ '" + WHO
                                + "'")) {
            while (rows.next()) {
                columns.add(rows.getString(1));
            }
        }
        Set<String> known = new TreeSet<>(HeldTables.LEFT_OUT.keySet());
        HeldTables.ALL.forEach(table -> known.addAll(table.by()));
        assertEquals(known, columns);
        Set<String> both = new HashSet<>(HeldTables.LEFT_OUT.keySet());
        HeldTables.ALL.forEach(table -> table.by().forEach(column -> {
            if (both.contains(column)) {
                throw new AssertionError(column + " is looked at and left out");
            }
        }));
    }
}
