package io.lianhu.server.home;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.ErrorCode;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.transfer.CellReader;
import io.lianhu.server.transfer.ImportKind;
import io.lianhu.server.transfer.Table;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Imports homes with their buildings (房屋库): new ones, and what a file says anew of those that are recorded. */
@Singleton
class ImportHomes implements ImportKind<ImportHomes.Draft> {

    private static final int BATCH = 1_000;

    private final DivisionDirectory divisions;

    ImportHomes(DivisionDirectory divisions) {
        this.divisions = divisions;
    }

    /** A building as the register has it. */
    private record KnownBuilding(UUID id, String address, @Nullable Integer floors, int version) {}

    /** A home as the register has it. */
    private record KnownHome(UUID id, HomeUsage usage, int version) {}

    private record Door(UUID building, String unit, String room) {}

    /** A file on its way. */
    static final class Draft {
        private final CellReader cells;
        private final List<ReadHomes.Line> lines;
        private final Set<ReadHomes.Line> faulty = new HashSet<>();
        private final Map<String, UUID> divisions = new HashMap<>();
        private final Map<ReadHomes.Site, List<KnownBuilding>> buildings = new HashMap<>();
        private final Map<Door, KnownHome> homes = new HashMap<>();

        Draft(CellReader cells, List<ReadHomes.Line> lines) {
            this.cells = cells;
            this.lines = lines;
        }

        private void fault(ReadHomes.Line line, String heading, ErrorCode code) {
            faulty.add(line);
            cells.fault(line.number, heading, code);
        }

        private @Nullable KnownBuilding building(ReadHomes.Line line) {
            List<KnownBuilding> known = buildings.getOrDefault(line.site, List.of());
            return known.isEmpty() ? null : known.get(0);
        }

        private @Nullable KnownHome home(ReadHomes.Line line) {
            KnownBuilding building = building(line);
            return building == null ? null : homes.get(new Door(building.id(), line.unit, line.room));
        }
    }

    @Override
    public String name() {
        return "HOMES";
    }

    /** Whether what is recorded already is changed; else it is a fault. */
    boolean updates() {
        return true;
    }

    @Override
    public String permission() {
        return HomeFeature.IMPORT;
    }

    @Override
    public List<Table.Column> columns() {
        return HomeColumns.ALL;
    }

    @Override
    public Draft read(String tenant, Table table) {
        CellReader cells = new CellReader(table, HomeColumns.ALL);
        return new Draft(cells, new ReadHomes(cells).read(table));
    }

    @Override
    public Uni<Void> look(Draft draft, List<DivisionCode> scopes) {
        Set<String> codes =
                draft.lines.stream().map(line -> line.site.division()).collect(Collectors.toSet());
        Uni<Void> looked = divisions
                .standing(codes)
                .invoke(found -> {
                    draft.divisions.putAll(found);
                    draft.lines.stream()
                            .filter(line -> !found.containsKey(line.site.division())
                                    || scopes.stream()
                                            .noneMatch(scope -> scope.contains(new DivisionCode(line.site.division()))))
                            .forEach(line -> draft.fault(line, HomeColumns.DIVISION, HomeError.HOME_IMPORT_DIVISION));
                })
                .replaceWithVoid();
        List<ReadHomes.Site> sites =
                draft.lines.stream().map(line -> line.site).distinct().toList();
        for (int from = 0; from < sites.size(); from += BATCH) {
            List<ReadHomes.Site> part = sites.subList(from, Math.min(sites.size(), from + BATCH));
            looked = looked.chain(() -> buildings(draft, part)).chain(ids -> homes(draft, ids));
        }
        return looked;
    }

    private static Uni<UUID[]> buildings(Draft draft, List<ReadHomes.Site> sites) {
        return Statements.CORE
                .run(
                        "select b.id, b.division_code, b.name, b.address, b.floors, b.version from lianhu_core.building b"
                                + " join unnest($1::text[], $2::text[]) s(code, name) on b.division_code = s.code"
                                + " and b.name = s.name order by b.id",
                        sites.stream().map(ReadHomes.Site::division).toArray(String[]::new),
                        sites.stream().map(ReadHomes.Site::building).toArray(String[]::new))
                .map(rows -> {
                    List<UUID> ids = new ArrayList<>();
                    for (Row row : rows) {
                        ids.add(row.getUUID(0));
                        draft.buildings
                                .computeIfAbsent(
                                        new ReadHomes.Site(row.getString(1), row.getString(2)),
                                        site -> new ArrayList<>())
                                .add(new KnownBuilding(
                                        row.getUUID(0), row.getString(3), row.getInteger(4), row.getInteger(5)));
                    }
                    return ids.toArray(UUID[]::new);
                });
    }

    private static Uni<Void> homes(Draft draft, UUID[] buildings) {
        return buildings.length == 0
                ? Uni.createFrom().voidItem()
                : Statements.CORE
                        .run(
                                "select building_id, unit, room, id, usage, version from lianhu_core.home where building_id = any ($1)",
                                (Object) buildings)
                        .invoke(rows -> rows.forEach(row -> draft.homes.put(
                                new Door(row.getUUID(0), row.getString(1), row.getString(2)),
                                new KnownHome(row.getUUID(3), HomeUsage.valueOf(row.getString(4)), row.getInteger(5)))))
                        .replaceWithVoid();
    }

    @Override
    public Plan plan(Draft draft) {
        for (ReadHomes.Line line : draft.lines) {
            if (draft.faulty.contains(line)) {
                continue;
            }
            if (draft.buildings.getOrDefault(line.site, List.of()).size() > 1) {
                draft.fault(line, HomeColumns.BUILDING, HomeError.HOME_IMPORT_BUILDING);
            } else if (!updates() && draft.home(line) != null) {
                draft.fault(line, HomeColumns.ROOM, HomeError.HOME_RECORDED);
            }
        }
        List<ReadHomes.Line> good = draft.lines.stream()
                .filter(line -> !draft.faulty.contains(line))
                .toList();
        Map<ReadHomes.Site, UUID> made = new LinkedHashMap<>();
        Map<UUID, ReadHomes.Line> described = new LinkedHashMap<>();
        List<ReadHomes.Line> fresh = new ArrayList<>();
        List<ReadHomes.Line> changed = new ArrayList<>();
        int updating = 0;
        for (ReadHomes.Line line : good) {
            KnownBuilding building = draft.building(line);
            KnownHome home = draft.home(line);
            boolean first = building == null
                    ? made.putIfAbsent(line.site, Ids.next()) == null
                    : updates() && differs(building, line) && described.putIfAbsent(building.id(), line) == null;
            if (home == null) {
                fresh.add(line);
            } else if (home.usage() != line.usage) {
                changed.add(line);
                updating++;
            } else if (building != null && first) {
                updating++;
            }
        }
        List<Supplier<Uni<Void>>> steps = new ArrayList<>();
        batches(List.copyOf(made.keySet()), part -> steps.add(() -> insertBuildings(draft, good, made, part)));
        batches(List.copyOf(described.values()), part -> steps.add(() -> describe(draft, part)));
        batches(fresh, part -> steps.add(() -> insert(draft, made, part)));
        batches(changed, part -> steps.add(() -> update(draft, part)));
        List<Fault> faults = new ArrayList<>(draft.cells.faults());
        faults.sort(Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column));
        return new Plan(faults, fresh.size(), updating, good.size() - fresh.size() - updating, 0, steps);
    }

    /** An empty cell says nothing. */
    private static boolean differs(KnownBuilding building, ReadHomes.Line line) {
        return !building.address().equals(line.address)
                || line.floors != null && !line.floors.equals(building.floors());
    }

    private static <T> void batches(List<T> all, Consumer<List<T>> each) {
        for (int from = 0; from < all.size(); from += BATCH) {
            each.accept(all.subList(from, Math.min(all.size(), from + BATCH)));
        }
    }

    private static Uni<Void> insertBuildings(
            Draft draft, List<ReadHomes.Line> good, Map<ReadHomes.Site, UUID> made, List<ReadHomes.Site> sites) {
        Map<ReadHomes.Site, ReadHomes.Line> first = new HashMap<>();
        good.forEach(line -> first.putIfAbsent(line.site, line));
        List<ReadHomes.Line> lines = sites.stream().map(first::get).toList();
        return Statements.CORE
                .run(
                        "insert into lianhu_core.building (id, division_id, division_code, name, address, floors, created_at, version)"
                                + " select n.*, now(), 0 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[],"
                                + " $6::int[]) n",
                        sites.stream().map(made::get).toArray(UUID[]::new),
                        sites.stream()
                                .map(site -> draft.divisions.get(site.division()))
                                .toArray(UUID[]::new),
                        sites.stream().map(ReadHomes.Site::division).toArray(String[]::new),
                        sites.stream().map(ReadHomes.Site::building).toArray(String[]::new),
                        lines.stream().map(line -> line.address).toArray(String[]::new),
                        lines.stream().map(line -> line.floors).toArray(Integer[]::new))
                .replaceWithVoid();
    }

    private static Uni<Void> describe(Draft draft, List<ReadHomes.Line> lines) {
        List<KnownBuilding> known = lines.stream().map(draft::building).toList();
        return Statements.CORE
                .run(
                        "update lianhu_core.building b set address = n.address, floors = coalesce(n.floors, b.floors),"
                                + " version = b.version + 1 from unnest($1::uuid[], $2::int[], $3::text[], $4::int[])"
                                + " n(id, version, address, floors) where b.id = n.id and b.version = n.version",
                        known.stream().map(KnownBuilding::id).toArray(UUID[]::new),
                        known.stream().map(KnownBuilding::version).toArray(Integer[]::new),
                        lines.stream().map(line -> line.address).toArray(String[]::new),
                        lines.stream().map(line -> line.floors).toArray(Integer[]::new))
                .invoke(rows -> requireAll(rows.rowCount(), lines.size()))
                .replaceWithVoid();
    }

    private static Uni<Void> insert(Draft draft, Map<ReadHomes.Site, UUID> made, List<ReadHomes.Line> lines) {
        return Statements.CORE
                .run(
                        "insert into lianhu_core.home (id, building_id, unit, room, usage, version) select n.*, 0"
                                + " from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) n",
                        lines.stream().map(line -> Ids.next()).toArray(UUID[]::new),
                        lines.stream()
                                .map(line -> {
                                    KnownBuilding known = draft.building(line);
                                    return known == null ? made.get(line.site) : known.id();
                                })
                                .toArray(UUID[]::new),
                        lines.stream().map(line -> line.unit).toArray(String[]::new),
                        lines.stream().map(line -> line.room).toArray(String[]::new),
                        lines.stream().map(line -> line.usage.name()).toArray(String[]::new))
                .replaceWithVoid();
    }

    private static Uni<Void> update(Draft draft, List<ReadHomes.Line> lines) {
        List<KnownHome> known = lines.stream().map(draft::home).toList();
        return Statements.CORE
                .run(
                        "update lianhu_core.home h set usage = n.usage, version = h.version + 1"
                                + " from unnest($1::uuid[], $2::int[], $3::text[]) n(id, version, usage)"
                                + " where h.id = n.id and h.version = n.version",
                        known.stream().map(KnownHome::id).toArray(UUID[]::new),
                        known.stream().map(KnownHome::version).toArray(Integer[]::new),
                        lines.stream().map(line -> line.usage.name()).toArray(String[]::new))
                .invoke(rows -> requireAll(rows.rowCount(), lines.size()))
                .replaceWithVoid();
    }

    private static void requireAll(int written, int wanted) {
        if (written != wanted) {
            throw new IllegalStateException("Somebody changed a home at the same time: once more");
        }
    }
}
