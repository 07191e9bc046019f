package io.lianhu.server.message;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How everybody wants to be told, over GraphQL: each sets the own. */
@Singleton
class PreferenceFeature implements CoreFeature {

    private static final String CHINESE = "zh-CN";
    private static final Set<String> LANGUAGES = Set.of(CHINESE, "en");

    private static final String SELECT =
            "select id, language, silenced, quiet_from, quiet_until from lianhu_core.message_preference where subject = $1";

    private static final Preference USUAL = new Preference(
            null,
            CHINESE,
            List.of(),
            LocalTime.of(21, 0).toString(),
            LocalTime.of(7, 0).toString());

    @Override
    public String schema() {
        return "preference";
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("MessagePreference", this::load)
                .query("messagePreference", this::own)
                .mutation("messagePreferenceSave", this::save);
    }

    /** Somebody's preference, as the schema has it. */
    public record Preference(
            @Nullable UUID id, String language, List<MessageKind> silenced, String quietFrom, String quietUntil) {}

    private static Optional<Preference> first(RowSet<Row> rows) {
        if (rows.rowCount() == 0) {
            return Optional.empty();
        }
        Row row = rows.iterator().next();
        return Optional.of(new Preference(
                row.getUUID(0),
                row.getString(1),
                Stream.of(row.getArrayOfStrings(2)).map(MessageKind::valueOf).toList(),
                row.getLocalTime(3).toString(),
                row.getLocalTime(4).toString()));
    }

    private Uni<Map<UUID, Preference>> load(Set<UUID> ids, Call call) {
        return Statements.CORE
                .run(SELECT + " and id = any ($2)", call.actor().subject(), ids.toArray(UUID[]::new))
                .map(rows -> {
                    Map<UUID, Preference> found = new HashMap<>();
                    first(rows).ifPresent(one -> found.put(one.id(), one));
                    return found;
                });
    }

    private Uni<Preference> own(Call call) {
        return Statements.CORE.run(SELECT, call.actor().subject()).map(rows -> first(rows)
                .orElse(USUAL));
    }

    /** The input of a change. */
    record SaveInput(String language, List<MessageKind> silenced, String quietFrom, String quietUntil) {}

    private Uni<UUID> save(Call call) {
        SaveInput input = call.input(SaveInput.class);
        if (!LANGUAGES.contains(input.language())) {
            throw ApiException.invalid("language");
        }
        String[] silenced = input.silenced().stream().map(Enum::name).distinct().toArray(String[]::new);
        return Statements.CORE
                .run(
                        "insert into lianhu_core.message_preference (subject, language, silenced, quiet_from, quiet_until)"
                                + " values ($1, $2, $3, $4, $5) on conflict (tenant_id, subject) do update"
                                + " set language = $2, silenced = $3, quiet_from = $4, quiet_until = $5 returning id",
                        call.actor().subject(),
                        input.language(),
                        silenced,
                        time(input.quietFrom(), "quietFrom"),
                        time(input.quietUntil(), "quietUntil"))
                .map(rows -> rows.iterator().next().getUUID(0));
    }

    private static LocalTime time(String text, String field) {
        try {
            return LocalTime.parse(text).truncatedTo(ChronoUnit.MINUTES);
        } catch (DateTimeException malformed) {
            throw ApiException.invalid(field);
        }
    }
}
