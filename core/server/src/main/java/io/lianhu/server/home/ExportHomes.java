package io.lianhu.server.home;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.transfer.ExportKind;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Exports homes as an import has them, and who lives there to whom it may be told: a home tells as much as an address. */
@Singleton
class ExportHomes implements ExportKind {

    static final String NAME = "HOMES_EXPORT";

    private static final int PAGE = 500;
    private static final UUID FIRST = new UUID(0, 0);

    private static final String SELECT =
            "select h.id, b.division_code, b.name, b.address, b.floors, h.unit, h.room, h.usage,"
                    + " o.head_name from lianhu_core.home h join lianhu_core.building b on b.tenant_id = h.tenant_id"
                    + " and b.id = h.building_id left join lianhu_core.household o on o.tenant_id = h.tenant_id and o.id = h.household_id"
                    + " where h.id > $1 and exists (select 1 from unnest($2::text[]) s where b.division_code >= s"
                    + " and b.division_code < s || ':') order by h.id limit " + PAGE;

    private static final Map<String, String> USAGES = HomeColumns.USAGES.entrySet().stream()
            .collect(Collectors.toMap(entry -> entry.getValue().name(), Map.Entry::getKey));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> headings() {
        return List.of(
                HomeColumns.DIVISION,
                HomeColumns.BUILDING,
                HomeColumns.ADDRESS,
                HomeColumns.FLOORS,
                HomeColumns.UNIT,
                HomeColumns.ROOM,
                HomeColumns.USAGE,
                HomeColumns.HEAD);
    }

    /**
     * What was asked for, as a transfer keeps it.
     *
     * @param where the division, or all where the one who asks may
     * @param clear where the one who asks may know who lives in a home
     */
    static JsonObject request(Optional<DivisionCode> where, List<DivisionCode> clear) {
        JsonObject request = new JsonObject()
                .put(
                        "clear",
                        new JsonArray(clear.stream().map(DivisionCode::value).toList()));
        where.ifPresent(division -> request.put("divisionCode", division.value()));
        return request;
    }

    @Override
    public Uni<List<Line>> page(JsonObject request, List<DivisionCode> scopes, Optional<UUID> after) {
        String where = request.getString("divisionCode");
        String[] codes =
                where == null ? scopes.stream().map(DivisionCode::value).toArray(String[]::new) : new String[] {where};
        List<DivisionCode> clear = request.getJsonArray("clear").stream()
                .map(code -> new DivisionCode(String.valueOf(code)))
                .toList();
        return Statements.CORE.run(SELECT, after.orElse(FIRST), codes).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(row -> line(row, clear))
                .toList());
    }

    private static Line line(Row row, List<DivisionCode> clear) {
        DivisionCode where = new DivisionCode(row.getString(1));
        String head = row.getString(8);
        boolean known = clear.stream().anyMatch(division -> division.contains(where));
        return new Line(
                row.getUUID(0),
                List.of(
                        where.value(),
                        row.getString(2),
                        row.getString(3),
                        row.getInteger(4) == null ? "" : String.valueOf(row.getInteger(4)),
                        row.getString(5),
                        row.getString(6),
                        USAGES.getOrDefault(row.getString(7), ""),
                        head == null ? "" : known ? head : "****"));
    }
}
