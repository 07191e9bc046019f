package io.lianhu.server.resident;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Who may be in a village's register twice: as far as telephones, birth dates and homes tell. Each resident is looked up by indexes, so
 * that a village's page costs some look-ups for each of its residents at most.
 */
@Singleton
class Duplicates {

    private static final int VILLAGE = 12;
    private static final int MOST_OTHERS = 10;

    /**
     * Whoever may be the resident r, in the divisions $3. Two ID numbers are two people. A family shares a telephone. Of two in the
     * division that is looked at, the older one stands at the newer one.
     */
    private static final String OTHERS = "select u.id, array_agg(distinct u.why order by u.why) as why from ("
            + other(
                    "TELEPHONE",
                    "o.telephone_digest = r.telephone_digest and (o.household_id <> r.household_id or o.name = r.name)")
            + " union all " + other("BIRTH_DATE", "o.name = r.name and o.birth_date = r.birth_date")
            + " union all "
            + other(
                    "HOME",
                    "o.name = r.name and o.division_code = r.division_code"
                            + " and (o.household_id = r.household_id or o.address = r.address)")
            + ") u group by u.id order by u.id limit " + MOST_OTHERS;

    private static final String PAGE = "select r.id from lianhu_core.resident r where r.state = 'APPROVED'"
            + " and r.division_code >= $1 and r.division_code < $2 and r.id < $4 and exists (" + OTHERS + ")"
            + " order by r.id desc limit $5";

    private static final String PAIRS = "select r.id, o.id, o.why from lianhu_core.resident r cross join lateral ("
            + OTHERS + ") o where r.id = any ($4)";

    private static final UUID LAST = new UUID(-1, -1);

    private final ResidentDirectory directory;
    private final MergeResidents merging;

    Duplicates(ResidentDirectory directory, MergeResidents merging) {
        this.directory = directory;
        this.merging = merging;
    }

    private static String other(String why, String condition) {
        return "select o.id, '" + why + "' as why from lianhu_core.resident o where o.tenant_id = r.tenant_id and "
                + condition + " and o.id <> r.id and o.state = 'APPROVED'"
                + " and (o.id_number_digest is null or r.id_number_digest is null)"
                + " and (o.id < r.id or o.division_code < $1 or o.division_code >= $2)"
                + " and exists (select 1 from unnest($3::text[]) s where o.division_code >= s and o.division_code < s || ':')";
    }

    /** Two records side by side. */
    public record Comparison(
            ResidentRecord resident, ResidentRecord other, List<String> because, List<ResidentField> differing) {}

    /** A resident with those who may be the same person. */
    public record Duplicate(ResidentRecord resident, List<Comparison> others) {}

    Uni<Connection<Duplicate>> list(Call call) {
        PageRequest page = call.page();
        DivisionCode where = division(call.required("divisionCode", String.class));
        call.actor().require(MergeResidents.MERGE, where);
        String[] scopes = call.actor().scopes(MergeResidents.MERGE).stream()
                .map(DivisionCode::value)
                .toArray(String[]::new);
        return Statements.CORE
                .run(PAGE, where.value(), where.end(), scopes, page.after().orElse(LAST), page.limit())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getUUID(0))
                        .toList())
                .chain(ids -> others(ids, where, scopes))
                .map(found -> Connection.of(found, page, one -> one.resident().getId()));
    }

    private static DivisionCode division(String text) {
        try {
            DivisionCode code = new DivisionCode(text);
            if (code.value().length() >= VILLAGE) {
                return code;
            }
        } catch (IllegalArgumentException malformed) {
            throw ApiException.invalid("divisionCode");
        }
        throw ApiException.invalid("divisionCode");
    }

    private Uni<List<Duplicate>> others(List<UUID> ids, DivisionCode where, String[] scopes) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return Statements.CORE
                .run(PAIRS, where.value(), where.end(), scopes, ids.toArray(UUID[]::new))
                .chain(rows -> {
                    Map<UUID, List<Row>> pairs = new LinkedHashMap<>();
                    ids.forEach(id -> pairs.put(id, new ArrayList<>()));
                    Set<UUID> all = new HashSet<>(ids);
                    for (Row row : rows) {
                        pairs.getOrDefault(row.getUUID(0), new ArrayList<>()).add(row);
                        all.add(row.getUUID(1));
                    }
                    return directory.load(all).map(records -> side(pairs, records));
                });
    }

    private List<Duplicate> side(Map<UUID, List<Row>> pairs, List<ResidentRecord> records) {
        Map<UUID, ResidentRecord> known =
                records.stream().collect(Collectors.toMap(ResidentRecord::getId, Function.identity()));
        List<Duplicate> result = new ArrayList<>();
        pairs.forEach((id, rows) -> {
            ResidentRecord resident = known.get(id);
            if (resident != null) {
                result.add(new Duplicate(
                        resident,
                        rows.stream()
                                .flatMap(row -> Stream.ofNullable(known.get(row.getUUID(1)))
                                        .map(other -> compare(resident, other, List.of(row.getArrayOfStrings(2)))))
                                .toList()));
            }
        });
        return result;
    }

    private Comparison compare(ResidentRecord resident, ResidentRecord other, List<String> because) {
        return new Comparison(
                resident, other, because, merging.differences(resident, other).all());
    }
}
