package io.lianhu.server.escalation;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.casework.CaseClasses;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What a county says of how fast cases go up; every change is a row, the latest in force. */
@Singleton
class ChangeRules {

    private static final String SAVE =
            "insert into lianhu_core.escalation_rule (id, class_code, town_percent, county_percent,"
                    + " changed_by, changed_by_name, changed_at) values ($1, $2, $3, $4, $5, $6, now())";

    private final CaseClasses classes;

    ChangeRules(CaseClasses classes) {
        this.classes = classes;
    }

    /** A rule as the schema has it. */
    public record Change(
            UUID id,
            @Nullable String classCode,
            int townPercent,
            int countyPercent,
            String changedByName,
            Instant changedAt) {}

    private static List<Change> changes(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new Change(
                        row.getUUID("id"),
                        row.getString("class_code"),
                        row.getInteger("town_percent"),
                        row.getInteger("county_percent"),
                        row.getString("changed_by_name"),
                        row.getOffsetDateTime("changed_at").toInstant()))
                .toList();
    }

    Uni<List<Change>> all() {
        return Statements.CORE.run(Rules.LATEST).map(ChangeRules::changes);
    }

    Uni<Map<UUID, Change>> load(Set<UUID> ids, Call call) {
        if (!call.actor().may(EscalationPermissions.CONFIGURE)) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE
                .run("select * from lianhu_core.escalation_rule where id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .map(rows -> changes(rows).stream().collect(Collectors.toMap(Change::id, Function.identity())));
    }

    /** The input of a rule. */
    record SaveInput(Optional<String> classCode, int townPercent, int countyPercent) {}

    Uni<UUID> save(Call call) {
        SaveInput input = call.input(SaveInput.class);
        call.actor()
                .require(
                        EscalationPermissions.CONFIGURE,
                        new DivisionCode(Operation.current().tenant()));
        input.classCode().ifPresent(classes::requireKnown);
        if (input.townPercent() < 0 || input.townPercent() > Rule.MOST) {
            throw ApiException.invalid("townPercent");
        }
        if (input.countyPercent() < input.townPercent() || input.countyPercent() > Rule.MOST) {
            throw ApiException.invalid("countyPercent");
        }
        UUID id = Ids.next();
        return Statements.CORE
                .run(
                        SAVE,
                        id,
                        input.classCode().orElse(null),
                        input.townPercent(),
                        input.countyPercent(),
                        call.actor().subject(),
                        Person.current().name())
                .replaceWith(id);
    }
}
