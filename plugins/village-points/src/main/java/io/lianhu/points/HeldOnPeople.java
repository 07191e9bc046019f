package io.lianhu.points;

import io.lianhu.sdk.Database;
import io.lianhu.sdk.PersonalData;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What the plugin holds on people. Nothing here bears a name or a number of a person: accounts, ledger and redemptions name ids of
 * residents and households, which the core makes nobody's. The ledger is never changed, and a household's points stay the household's.
 */
final class HeldOnPeople implements PersonalData {

    /** Where a section's rows come from, one JSON text a row. */
    private record Source(String name, String title, String columns, String from) {}

    private static final String OWNED = "(a.owner_kind = 'PERSON' and a.owner_id = any (:records)"
            + " or a.owner_kind = 'HOUSEHOLD' and a.owner_id = any (:household))";

    private static final List<Source> SOURCES = List.of(
            new Source(
                    "points_account",
                    "积分账户",
                    "'purpose', a.purpose, 'owner', a.owner_kind, 'balance', a.balance, 'held', a.held, 'opened_at', a.opened_at",
                    "{h-schema}points_account a where " + OWNED),
            new Source(
                    "points_transfer",
                    "积分明细",
                    "'kind', t.kind, 'amount', t.amount, 'memo', t.memo, 'earned_at', t.earned_at, 'posted_at', t.posted_at",
                    "{h-schema}points_transfer t where t.earner_id = any (:records)"),
            new Source(
                    "points_redemption",
                    "积分兑换",
                    "'item', r.item_name, 'quantity', r.quantity, 'points', r.points, 'state', r.state,"
                            + " 'reserved_at', r.reserved_at, 'resolved_at', r.resolved_at",
                    "{h-schema}points_redemption r where r.resident_id = any (:records)"));

    private final Database database;

    HeldOnPeople(Database database) {
        this.database = database;
    }

    @Override
    public Uni<List<Section>> export(Person person) {
        return database.session(session -> {
            Uni<List<Section>> told = Uni.createFrom().item(new ArrayList<>());
            for (Source source : SOURCES) {
                told = told.call(sections -> rows(session, source, person)
                        .invoke(rows -> sections.add(new Section(source.name(), source.title(), rows))));
            }
            return told;
        });
    }

    /** Each value in a row of its own, told apart by the place of the object that it belongs to. */
    private static Uni<List<Map<String, String>>> rows(Mutiny.Session session, Source source, Person person) {
        String sql = "select x.place, v.key, v.value from (select row_number() over () as place, jsonb_build_object("
                + source.columns() + ") as told from " + source.from() + ") x, jsonb_each_text(x.told) v"
                + " where v.value is not null order by x.place";
        Mutiny.SelectionQuery<Object[]> query = session.createNativeQuery(sql, Object[].class)
                .setParameter("records", person.records().toArray(UUID[]::new));
        if (sql.contains(":household")) {
            query.setParameter("household", person.household().stream().toArray(UUID[]::new));
        }
        return query.getResultList().map(values -> {
            Map<Object, Map<String, String>> rows = new LinkedHashMap<>();
            values.forEach(value -> rows.computeIfAbsent(value[0], first -> new LinkedHashMap<>())
                    .put(String.valueOf(value[1]), String.valueOf(value[2])));
            return List.copyOf(rows.values());
        });
    }

    /** The person's own points are nobody's once the record is; goods that are still reserved are handed over, or expire, before. */
    @Override
    public Uni<List<Outcome>> erase(Person person) {
        UUID[] records = person.records().toArray(UUID[]::new);
        return database.session(session -> session.createNativeQuery(
                        "select count(*) filter (where state = 'RESERVED'), count(*),"
                                + " (select count(*) from {h-schema}points_transfer t where t.earner_id = any (:records))"
                                + " from {h-schema}points_redemption where resident_id = any (:records)",
                        Object[].class)
                .setParameter("records", records)
                .getSingleResult()
                .call(() -> session.createNativeQuery(
                                "update {h-schema}points_redemption set resolved_by = null where resident_id = any (:records)"
                                        + " and resolved_by = :subject")
                        .setParameter("records", records)
                        .setParameter("subject", person.subject().orElse(""))
                        .executeUpdate())
                .map(counts -> {
                    int open = ((Number) counts[0]).intValue();
                    int all = ((Number) counts[1]).intValue();
                    int entries = ((Number) counts[2]).intValue();
                    return List.of(
                            Outcome.erased("points_transfer", entries),
                            open == 0
                                    ? Outcome.erased("points_redemption", all)
                                    : new Outcome(
                                            "points_redemption",
                                            all - open,
                                            open,
                                            Optional.of("points.reserved"),
                                            Optional.empty()));
                }));
    }
}
