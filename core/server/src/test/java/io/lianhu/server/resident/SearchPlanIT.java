package io.lianhu.server.resident;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.OneHost;
import io.lianhu.testkit.County;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How PostgreSQL answers searches among 200,000 residents, under the core's role and its row-level security. */
@DisplayName("A search is answered from an index")
final class SearchPlanIT {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);
    private static final byte[] DIGEST = new byte[32];

    private static County county;

    @BeforeAll
    static void fill() throws SQLException {
        county = OneHost.get().newCounty();
        String group = county.groupCode(1, 1, 1);
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("set lianhu.tenant = '" + county.code() + "'");
            // as many villages as a county has; their codes need no rows of their own here
            statement.execute(
                    "insert into lianhu_core.resident (id, name, division_id, division_code, address, state, created_at,"
                            + " version, birth_date, residence, id_number_digest, telephone_digest)"
                            + " select uuidv7(), chr(19968 + i % 97) || chr(20500 + i % 1009), d.id,"
                            + " substr(d.code, 1, 9) || lpad((i % 150)::text, 3, '0') || '001', (i % 9) || '组' || (i % 199) || '号',"
                            + " 'REJECTED', now(), 0, date '1930-01-01' + i % 32000, 'REGISTERED', sha256(i::text::bytea),"
                            + " sha256((-i)::text::bytea)"
                            + " from generate_series(1, 200000) i, lianhu_core.division d"
                            + " where d.tenant_id = '" + county.code() + "' and d.code = '" + group + "'");
            statement.execute(Grams.PUT.replace("r.id = any ($1)", "r.tenant_id = '" + county.code() + "'"));
            statement.execute("analyze lianhu_core.resident, lianhu_core.resident_gram");
        }
    }

    private static ResidentSearch search(String name, String address, Integer ageFrom, String idNumber) {
        return new ResidentSearch(
                Optional.ofNullable(name),
                Optional.ofNullable(address),
                Optional.empty(),
                Optional.ofNullable(ageFrom),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(idNumber),
                Optional.empty());
    }

    private static String literal(Object value) {
        if (value instanceof byte[] bytes) {
            return "'\\x" + HexFormat.of().formatHex(bytes) + "'::bytea";
        }
        return value instanceof Number
                ? value.toString()
                : "'" + value + "'" + (value instanceof LocalDate ? "::date" : "");
    }

    private static String plan(ResidentSearch search, String scope) throws SQLException {
        ResidentSearch.Statement asked = search.statement(
                List.of(new DivisionCode(scope)),
                Optional.empty(),
                21,
                Optional.empty(),
                TODAY,
                text -> List.of(DIGEST),
                text -> DIGEST);
        String sql = asked.text();
        for (int i = asked.parameters().size(); i > 0; i--) {
            sql = sql.replace("$" + i, literal(asked.parameters().get(i - 1)));
        }
        StringBuilder plan = new StringBuilder();
        try (Connection connection = OneHost.get().superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("set lianhu.tenant = '" + county.code() + "'");
            statement.execute("set role lianhu_core");
            try (ResultSet rows = statement.executeQuery("explain (analyze, costs off) " + sql)) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
        }
        return plan.toString();
    }

    private static void fromIndex(String plan, String... conditions) {
        assertFalse(plan.contains("Seq Scan"), plan);
        for (String condition : conditions) {
            assertTrue(plan.lines().anyMatch(line -> line.contains("Index Cond") && line.contains(condition)), plan);
        }
    }

    @Test
    @DisplayName("Names and addresses, of a village and of the whole county")
    void grams() throws SQLException {
        String village = county.code() + "001007";
        for (String scope : List.of(village, county.code())) {
            fromIndex(plan(search("一", null, null, null), scope), "gram = ");
            fromIndex(plan(search("一" + (char) 20500, null, null, null), scope), "gram = ");
            fromIndex(plan(search(null, "组12号", null, null), scope), "gram = ");
            fromIndex(plan(search("一", "3组12号", null, null), scope), "gram = ");
        }
    }

    @Test
    @DisplayName("Numbers, great ages, and no condition at all")
    void others() throws SQLException {
        fromIndex(plan(search(null, null, null, "11010519491231002X"), county.code()), "id_number_digest = ");
        fromIndex(plan(search(null, null, 97, null), county.code()), "birth_date <= "); // hardly anybody
        fromIndex(
                plan(search(null, null, 60, null), county.code()),
                "tenant_id = "); // so many that the first page is soon full
        fromIndex(plan(ResidentSearch.all(), county.code()), "tenant_id = ");
    }
}
