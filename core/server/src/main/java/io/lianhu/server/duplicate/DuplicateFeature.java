package io.lianhu.server.duplicate;

import io.lianhu.sdk.Call;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.server.casework.Case;
import io.lianhu.server.casework.CaseAction;
import io.lianhu.server.casework.CaseState;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Duplicates of cases and their merging, over GraphQL. */
@Singleton
class DuplicateFeature implements CoreFeature {

    /** What the administration says to who reported, the latest 20: nothing of what other reporters said. */
    private static final String MAIN =
            "select m.id, m.number, m.state, m.closed_at, coalesce(jsonb_agg(jsonb_build_object("
                    + "'action', s.action, 'note', s.note, 'at', s.occurred_at) order by s.id) filter (where s.id is not null), '[]') as steps"
                    + " from lianhu_core.case_record m left join lateral (select * from lianhu_core.case_step s"
                    + " where s.case_id = m.id and s.action in ('REPLY', 'HANDLE', 'CLOSE', 'REFUSE', 'REFER') order by s.id desc limit 20) s on true"
                    + " where m.id = any ($1) group by m.tenant_id, m.id";

    private final Duplicates duplicates;
    private final MergeCases merging;

    DuplicateFeature(Duplicates duplicates, MergeCases merging) {
        this.duplicates = duplicates;
        this.merging = merging;
    }

    @Override
    public String schema() {
        return "duplicate";
    }

    @Override
    public void bind(GraphqlModule module) {
        module.batch("Case", "duplicates", duplicates::of)
                .batch("Case", "mainCase", this::main)
                .mutation("caseMerge", merging::merge)
                .mutation("caseUnmerge", merging::unmerge);
    }

    /** What was said in the main case. */
    public record MainStep(CaseAction action, @Nullable String note, Instant occurredAt) {}

    /** How the main case stands, for whoever may see the one that is merged into it. */
    public record Main(String number, CaseState state, @Nullable Instant closedAt, List<MainStep> steps, UUID caseId) {}

    private Uni<Map<Case, Main>> main(List<Case> cases, Call call) {
        UUID[] ids = cases.stream()
                .map(Case::getMergedIntoId)
                .filter(Objects::nonNull)
                .distinct()
                .toArray(UUID[]::new);
        if (ids.length == 0) {
            return Uni.createFrom().item(Map.of());
        }
        return Statements.CORE.run(MAIN, (Object) ids).map(rows -> {
            Map<UUID, Main> byId = new HashMap<>();
            rows.forEach(row -> byId.put(row.getUUID("id"), of(row)));
            Map<Case, Main> result = new HashMap<>();
            cases.forEach(about -> {
                Main main = byId.get(about.getMergedIntoId());
                if (main != null) {
                    result.put(about, main);
                }
            });
            return result;
        });
    }

    private static Main of(Row row) {
        OffsetDateTime closedAt = row.getOffsetDateTime("closed_at");
        JsonArray steps = row.get(JsonArray.class, "steps");
        return new Main(
                row.getString("number"),
                CaseState.valueOf(row.getString("state")),
                closedAt == null ? null : closedAt.toInstant(),
                IntStream.range(0, steps.size())
                        .mapToObj(steps::getJsonObject)
                        .map(DuplicateFeature::step)
                        .toList(),
                row.getUUID("id"));
    }

    private static MainStep step(JsonObject json) {
        return new MainStep(
                CaseAction.valueOf(json.getString("action")),
                json.getString("note"),
                OffsetDateTime.parse(json.getString("at")).toInstant());
    }
}
