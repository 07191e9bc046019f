package io.lianhu.points;

import io.lianhu.sdk.Database;
import io.lianhu.sdk.PersonalData;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What the plugin holds on people. Nothing here bears a name or a number of a person: accounts, ledger and redemptions name ids of
 * residents and households, which the core makes nobody's. The ledger is never changed, and a household's points stay the household's.
 */
final class HeldOnPeople implements PersonalData {

    private static final String REDEMPTION = "points_redemption";
    private static final String TRANSFER = "points_transfer";

    /** Where a section's rows come from: the properties of an entity, by what they are called. */
    private record Source(String name, String title, List<String> properties, String from) {

        String query() {
            return "select "
                    + String.join(
                            ", ", properties.stream().map(one -> "t." + one).toList()) + " from " + from;
        }
    }

    private static final Source ACCOUNTS = new Source(
            "points_account",
            "积分账户",
            List.of("purpose", "ownerKind", "balance", "held", "openedAt"),
            "Account t where t.ownerKind = PERSON and t.ownerId in :records"
                    + " or t.ownerKind = HOUSEHOLD and t.ownerId in :household order by t.id");

    private static final Source TRANSFERS = new Source(
            TRANSFER,
            "积分明细",
            List.of("kind", "amount", "memo", "earnedAt", "postedAt"),
            "Transfer t where t.earnerId in :records order by t.postedAt");

    private static final Source REDEMPTIONS = new Source(
            REDEMPTION,
            "积分兑换",
            List.of("itemName", "quantity", "points", "state", "reservedAt", "resolvedAt"),
            "Redemption t where t.residentId in :records order by t.id");

    private final Database database;

    HeldOnPeople(Database database) {
        this.database = database;
    }

    @Override
    public Uni<List<Section>> export(Person person) {
        return database.session(session -> {
            Uni<List<Section>> told = Uni.createFrom().item(new ArrayList<>());
            for (Source source : List.of(ACCOUNTS, TRANSFERS, REDEMPTIONS)) {
                told = told.call(sections -> rows(session, source, person)
                        .invoke(rows -> sections.add(new Section(source.name(), source.title(), rows))));
            }
            return told;
        });
    }

    private static Uni<List<Map<String, String>>> rows(Mutiny.Session session, Source source, Person person) {
        Mutiny.SelectionQuery<Object[]> query = session.createSelectionQuery(source.query(), Object[].class)
                .setParameter("records", List.copyOf(person.records()));
        if (source.from().contains(":household")) {
            query.setParameter("household", person.household().stream().toList());
        }
        return query.getResultList()
                .map(rows -> rows.stream().map(row -> row(source, row)).toList());
    }

    private static Map<String, String> row(Source source, Object[] values) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                row.put(source.properties().get(i), String.valueOf(values[i]));
            }
        }
        return row;
    }

    /** The person's own points are nobody's once the record is; goods that are still reserved are handed over, or expire, before. */
    @Override
    public Uni<List<Outcome>> erase(Person person) {
        return database.session(session -> session.createMutationQuery(
                        "update Redemption r set r.resolvedBy = null where r.residentId in :records and r.resolvedBy = :subject")
                .setParameter("records", List.copyOf(person.records()))
                .setParameter("subject", person.subject().orElse(""))
                .executeUpdate()
                .chain(() ->
                        count(session, "Redemption t where t.residentId in :records and t.state = RESERVED", person))
                .chain(open -> open > 0
                        ? Uni.createFrom().item(Outcome.kept(REDEMPTION, open, "points.reserved", Optional.empty()))
                        : count(session, "Redemption t where t.residentId in :records", person)
                                .map(all -> Outcome.erased(REDEMPTION, all)))
                .chain(redemptions -> count(session, "Transfer t where t.earnerId in :records", person)
                        .map(entries -> List.of(Outcome.erased(TRANSFER, entries), redemptions))));
    }

    private static Uni<Integer> count(Mutiny.Session session, String from, Person person) {
        return session.createSelectionQuery("select count(*) from " + from, Long.class)
                .setParameter("records", List.copyOf(person.records()))
                .getSingleResult()
                .map(Long::intValue);
    }
}
