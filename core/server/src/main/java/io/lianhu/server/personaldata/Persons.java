package io.lianhu.server.personaldata;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.PersonalData;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.resident.Acquaintance;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the people whose data is asked about. */
final class Persons {

    /** In what a person may be spoken for. */
    enum Standing {
        /** The person. */
        SELF,
        /** 代办人: who registered a person of the household who has no login. */
        REPRESENTATIVE,
        /** Anybody else. */
        OTHER
    }

    /**
     * Whose data it is.
     *
     * @param id of the record that stands for the person
     */
    record Found(UUID id, String state, DivisionCode home, PersonalData.Person person, @Nullable String actedBy) {

        Standing standing(Actor actor) {
            if (actor.residentId().filter(id::equals).isPresent()) {
                return Standing.SELF;
            }
            boolean family = person.household().isPresent()
                    && actor.resident()
                            .map(me -> me.household())
                            .filter(person.household().get()::equals)
                            .isPresent();
            return family && person.subject().isEmpty() && actor.subject().equals(actedBy)
                    ? Standing.REPRESENTATIVE
                    : Standing.OTHER;
        }

        boolean mayBeKnownBy(Actor actor) {
            return Acquaintance.mayKnow(
                    actor, person.subject().orElse(null), person.household().orElse(null), home);
        }
    }

    private Persons() {}

    /** The person of a record, in the running operation; empty where there is none, or where another record stands for the person. */
    static Uni<Optional<Found>> find(UUID id) {
        return find(id, "");
    }

    /** The same, the record held until the transaction ends. */
    static Uni<Optional<Found>> hold(UUID id) {
        return find(id, " for update of r");
    }

    private static Uni<Optional<Found>> find(UUID id, String lock) {
        return Statements.CORE
                .run(
                        "select r.state, r.division_code, r.household_id, r.subject, r.acted_by,"
                                + " array(select m.id from lianhu_core.resident m where m.merged_into_id = r.id) as merged"
                                + " from lianhu_core.resident r where r.id = $1 and r.state <> 'MERGED'" + lock,
                        id)
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    Set<UUID> records = new HashSet<>(List.of(row.getArrayOfUUIDs("merged")));
                    records.add(id);
                    return Optional.of(new Found(
                            id,
                            row.getString("state"),
                            new DivisionCode(row.getString("division_code")),
                            new PersonalData.Person(
                                    records,
                                    Optional.ofNullable(row.getUUID("household_id")),
                                    Optional.ofNullable(row.getString("subject"))),
                            row.getString("acted_by")));
                });
    }

    /**
     * The person, of whom the actor may know.
     *
     * @throws ApiException {@code NOT_FOUND}
     */
    static Found known(Optional<Found> found, Actor actor) {
        return found.filter(person -> person.mayBeKnownBy(actor)).orElseThrow(() -> ApiException.notFound("Resident"));
    }
}
