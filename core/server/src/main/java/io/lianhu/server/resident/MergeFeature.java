package io.lianhu.server.resident;

import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.SealedColumn;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Records that are one person's (重复人口), over GraphQL. */
@Singleton
class MergeFeature implements CoreFeature {

    private static final String SELECT =
            "select id, kept_id, gone_id, merged_by_name, merged_at, undo_until, undone_at from lianhu_core.resident_merge where ";

    private final ResidentDirectory directory;
    private final MergeResidents merging;
    private final Duplicates duplicates;

    MergeFeature(ResidentDirectory directory, MergeResidents merging, Duplicates duplicates) {
        this.directory = directory;
        this.merging = merging;
        this.duplicates = duplicates;
    }

    @Override
    public String schema() {
        return "merge";
    }

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(
                new SealedColumn("resident_merge", "kept_telephone", "kept_telephone_digest"),
                new SealedColumn("resident_merge", "kept_id_number", null));
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(MergeResidents.MERGE, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("ResidentMerge", this::load)
                .query("residentDuplicates", duplicates::list)
                .query("residentMerges", this::list)
                .mutation("residentMerge", merging::merge)
                .mutation("residentMergeUndo", merging::undo);
    }

    /** A merge, as the schema has it. */
    public record Merged(
            UUID id,
            ResidentRecord kept,
            ResidentRecord merged,
            String mergedByName,
            Instant mergedAt,
            Instant undoUntil,
            @Nullable Instant undoneAt) {}

    private Uni<Map<UUID, Merged>> load(Set<UUID> ids, Call call) {
        return Statements.CORE
                .run(SELECT + "id = any ($1)", (Object) ids.toArray(UUID[]::new))
                .chain(rows -> visible(rows, call))
                .map(found -> found.stream().collect(Collectors.toMap(Merged::id, Function.identity())));
    }

    private Uni<Connection<Merged>> list(Call call) {
        PageRequest page = call.page();
        UUID resident = call.id("residentId", "Resident");
        String before = page.after().isPresent() ? " and id < $3" : "";
        List<Object> parameters = new ArrayList<>(List.of(resident, page.limit()));
        page.after().ifPresent(parameters::add);
        return Statements.CORE
                .run(
                        SELECT + "id in (select id from lianhu_core.resident_merge where kept_id = $1 union all"
                                + " select id from lianhu_core.resident_merge where gone_id = $1)" + before
                                + " order by id desc limit $2",
                        parameters.toArray())
                .chain(rows -> visible(rows, call))
                .map(found -> Connection.of(found, page, Merged::id));
    }

    /** Those whose kept record the caller may merge. */
    private Uni<List<Merged>> visible(Iterable<Row> rows, Call call) {
        Set<UUID> residents = new HashSet<>();
        rows.forEach(row -> residents.addAll(List.of(row.getUUID(1), row.getUUID(2))));
        if (residents.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return directory.load(residents).map(records -> {
            Map<UUID, ResidentRecord> known = new HashMap<>();
            records.forEach(record -> known.put(record.getId(), record));
            List<Merged> seen = new ArrayList<>();
            for (Row row : rows) {
                ResidentRecord kept = known.get(row.getUUID(1));
                ResidentRecord gone = known.get(row.getUUID(2));
                if (kept != null && gone != null && call.actor().may(MergeResidents.MERGE, kept.home())) {
                    seen.add(new Merged(
                            row.getUUID(0),
                            kept,
                            gone,
                            row.getString(3),
                            row.getOffsetDateTime(4).toInstant(),
                            row.getOffsetDateTime(5).toInstant(),
                            row.getOffsetDateTime(6) == null
                                    ? null
                                    : row.getOffsetDateTime(6).toInstant()));
                }
            }
            return seen;
        });
    }
}
