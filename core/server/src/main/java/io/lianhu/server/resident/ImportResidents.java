package io.lianhu.server.resident;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.ErrorCode;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.transfer.ImportKind;
import io.lianhu.server.transfer.Table;
import io.lianhu.server.vault.Vault;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Imports residents: new ones with their households, and changes of those whom the ID number finds in the register. */
@Singleton
class ImportResidents implements ImportKind<ImportResidents.Draft> {

    private static final int BATCH = 1_000;

    private final DivisionDirectory divisions;
    private final Vault vault;
    private final Clock clock = Clock.system(ZoneId.of("Asia/Shanghai"));

    ImportResidents(DivisionDirectory divisions, Vault vault) {
        this.divisions = divisions;
        this.vault = vault;
    }

    /** A file on its way. */
    static final class Draft {
        private final ReadLines reader;
        private final List<ImportedLine> lines;

        Draft(ReadLines reader, List<ImportedLine> lines) {
            this.reader = reader;
            this.lines = lines;
        }

        private void fault(ImportedLine line, String heading, ErrorCode code) {
            line.faulty = true;
            reader.cells().fault(line.number, heading, code);
        }
    }

    @Override
    public String name() {
        return "RESIDENTS";
    }

    @Override
    public String permission() {
        return ResidentFeature.IMPORT;
    }

    @Override
    public List<Table.Column> columns() {
        return ResidentColumns.ALL;
    }

    @Override
    public Draft read(String tenant, Table table) {
        ReadLines reader = new ReadLines(table, LocalDate.now(clock));
        return new Draft(reader, reader.read(tenant, vault));
    }

    @Override
    public Uni<Void> look(Draft draft, List<DivisionCode> scopes) {
        Uni<Void> looked = places(draft, scopes);
        List<ImportedLine> numbered =
                draft.lines.stream().filter(line -> line.idDigest != null).toList();
        for (int from = 0; from < numbered.size(); from += BATCH) {
            List<ImportedLine> part = numbered.subList(from, Math.min(numbered.size(), from + BATCH));
            looked = looked.chain(() -> known(draft, part, scopes));
        }
        return looked;
    }

    private Uni<Void> places(Draft draft, List<DivisionCode> scopes) {
        Map<String, List<ImportedLine>> byCode = new LinkedHashMap<>();
        draft.lines.stream().filter(line -> !line.faulty).forEach(line -> byCode.computeIfAbsent(
                        line.divisionCode, code -> new ArrayList<>())
                .add(line));
        return divisions
                .standing(byCode.keySet())
                .invoke(found -> byCode.forEach((code, lines) -> {
                    UUID id = found.get(code);
                    boolean own = scopes.stream().anyMatch(scope -> scope.contains(new DivisionCode(code)));
                    for (ImportedLine line : lines) {
                        if (id == null || !own) {
                            draft.fault(line, ResidentColumns.DIVISION, ResidentError.RESIDENT_IMPORT_DIVISION);
                        }
                        line.divisionId = id;
                    }
                }))
                .replaceWithVoid();
    }

    private static Uni<Void> known(Draft draft, List<ImportedLine> lines, List<DivisionCode> scopes) {
        Map<String, ImportedLine> byDigest = new HashMap<>();
        lines.forEach(line -> byDigest.put(text(line.idDigest), line));
        return Statements.CORE
                .run(
                        "select id_number_digest, id, name, division_code, address, household_id, telephone_digest, residence,"
                                + " relation, version from lianhu_core.resident"
                                + " where id_number_digest = any ($1) and state = 'APPROVED'",
                        (Object) buffers(
                                lines.stream().map(line -> line.idDigest).toList()))
                .invoke(rows -> rows.forEach(row -> {
                    ImportedLine line = byDigest.get(text(row.getBuffer(0).getBytes()));
                    if (line != null) {
                        know(draft, line, row, scopes);
                    }
                }))
                .replaceWithVoid();
    }

    private static void know(Draft draft, ImportedLine line, Row row, List<DivisionCode> scopes) {
        Buffer telephone = row.getBuffer(6);
        ImportedLine.Known known = new ImportedLine.Known(
                row.getUUID(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getUUID(5),
                telephone == null ? null : telephone.getBytes(),
                row.getString(7),
                row.getString(8),
                row.getInteger(9));
        line.known = known;
        if (line.faulty) {
            return;
        }
        if (scopes.stream().noneMatch(scope -> scope.contains(new DivisionCode(known.divisionCode())))) {
            draft.fault(line, ResidentColumns.ID_NUMBER, ResidentError.RESIDENT_RECORDED_ELSEWHERE);
        } else if (!known.name().equals(line.name)) {
            draft.fault(line, ResidentColumns.NAME, ResidentError.RESIDENT_IMPORT_NAME);
        }
    }

    private static String text(byte @Nullable [] digest) {
        return digest == null ? "" : Base64.getEncoder().encodeToString(digest);
    }

    private static Buffer @Nullable [] buffers(List<byte @Nullable []> all) {
        return all.stream()
                .map(bytes -> bytes == null ? null : Buffer.buffer(bytes))
                .toArray(Buffer[]::new);
    }

    @Override
    public Plan plan(Draft draft) {
        Households households = new Households(draft.lines, draft::fault);
        households.judge();
        List<ImportedLine> good =
                draft.lines.stream().filter(line -> !line.faulty).toList();
        List<ImportedLine> fresh = good.stream()
                .filter(line -> line.known == null && !households.isHeldBack(line))
                .toList();
        List<ImportedLine> changed = good.stream()
                .filter(line -> line.known != null && changes(line))
                .toList();
        int held = (int) good.stream().filter(households::isHeldBack).count();
        List<Supplier<Uni<Void>>> steps = new ArrayList<>();
        batches(households.assign(fresh), part -> steps.add(() -> insertHouseholds(part)));
        batches(fresh, part -> steps.add(() -> insert(part)));
        batches(changed, part -> steps.add(() -> update(part)));
        List<Fault> faults = new ArrayList<>(draft.reader.cells().faults());
        faults.sort(Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column));
        return new Plan(
                faults, fresh.size(), changed.size(), good.size() - fresh.size() - changed.size() - held, held, steps);
    }

    private static void batches(List<ImportedLine> lines, java.util.function.Consumer<List<ImportedLine>> each) {
        for (int from = 0; from < lines.size(); from += BATCH) {
            each.accept(lines.subList(from, Math.min(lines.size(), from + BATCH)));
        }
    }

    /** An empty cell says nothing, and changes nothing. */
    private static boolean changes(ImportedLine line) {
        ImportedLine.Known known = line.known;
        return known != null
                && (!known.divisionCode().equals(line.divisionCode)
                        || !known.address().equals(line.address)
                        || line.telephoneDigest != null && !Arrays.equals(known.telephoneDigest(), line.telephoneDigest)
                        || differs(line.said.residence(), known.residence())
                        || differs(line.said.relation(), known.relation()));
    }

    private static boolean differs(Optional<? extends Enum<?>> said, @Nullable String known) {
        return said.isPresent() && !said.get().name().equals(known);
    }

    private static Uni<Void> insertHouseholds(List<ImportedLine> heads) {
        return Statements.CORE
                .run(
                        "insert into lianhu_core.household (id, division_id, division_code, address, head_name, created_at, version)"
                                + " select n.*, now(), 0 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) n",
                        heads.stream().map(line -> line.householdId).toArray(UUID[]::new),
                        heads.stream().map(line -> line.divisionId).toArray(UUID[]::new),
                        heads.stream().map(line -> line.divisionCode).toArray(String[]::new),
                        heads.stream().map(line -> line.address).toArray(String[]::new),
                        heads.stream().map(line -> line.name).toArray(String[]::new))
                .replaceWithVoid();
    }

    private static Uni<Void> insert(List<ImportedLine> lines) {
        UUID[] ids = lines.stream().map(line -> Ids.next()).toArray(UUID[]::new);
        return Statements.CORE
                .run(
                        "insert into lianhu_core.resident (id, name, division_id, division_code, address, household_id, telephone,"
                                + " telephone_digest, id_number, id_number_digest, birth_date, sex, residence, relation, state,"
                                + " created_at, version)"
                                + " select n.*, 'APPROVED', now(), 0 from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[],"
                                + " $5::text[], $6::uuid[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[], $11::date[],"
                                + " $12::text[], $13::text[], $14::text[]) n",
                        ids,
                        lines.stream().map(line -> line.name).toArray(String[]::new),
                        lines.stream().map(line -> line.divisionId).toArray(UUID[]::new),
                        lines.stream().map(line -> line.divisionCode).toArray(String[]::new),
                        lines.stream().map(line -> line.address).toArray(String[]::new),
                        lines.stream().map(line -> line.householdId).toArray(UUID[]::new),
                        buffers(lines.stream().map(line -> line.sealedTelephone).toList()),
                        buffers(lines.stream().map(line -> line.telephoneDigest).toList()),
                        buffers(lines.stream().map(line -> line.sealedId).toList()),
                        buffers(lines.stream().map(line -> line.idDigest).toList()),
                        lines.stream()
                                .map(line -> line.said.birthDate().orElse(null))
                                .toArray(LocalDate[]::new),
                        names(lines, ImportResidents::sex),
                        names(lines, ImportResidents::residence),
                        names(lines, ImportResidents::relation))
                .chain(() -> Grams.put(ids));
    }

    private static String[] names(
            List<ImportedLine> lines, java.util.function.Function<ImportedLine, Optional<? extends Enum<?>>> constant) {
        return lines.stream()
                .map(line -> constant.apply(line).map(Enum::name).orElse(null))
                .toArray(String[]::new);
    }

    private static Optional<Sex> sex(ImportedLine line) {
        return line.said.sex();
    }

    private static Optional<ResidenceKind> residence(ImportedLine line) {
        return line.said.residence();
    }

    private static Optional<Relation> relation(ImportedLine line) {
        return line.said.relation();
    }

    private static Uni<Void> update(List<ImportedLine> lines) {
        List<ImportedLine.Known> known = lines.stream().map(line -> line.known).toList();
        UUID[] ids = known.stream().map(ImportedLine.Known::id).toArray(UUID[]::new);
        return Grams.take(ids)
                .chain(() -> Statements.CORE.run(
                        "update lianhu_core.resident r set division_id = n.division_id, division_code = n.division_code,"
                                + " address = n.address, telephone = coalesce(n.telephone, r.telephone),"
                                + " telephone_digest = coalesce(n.telephone_digest, r.telephone_digest),"
                                + " residence = coalesce(n.residence, r.residence), relation = coalesce(n.relation, r.relation),"
                                + " version = r.version + 1 from unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::text[],"
                                + " $6::bytea[], $7::bytea[], $8::text[], $9::text[]) n(id, version, division_id, division_code,"
                                + " address, telephone, telephone_digest, residence, relation)"
                                + " where r.id = n.id and r.version = n.version and r.state = 'APPROVED'",
                        ids,
                        known.stream().map(ImportedLine.Known::version).toArray(Integer[]::new),
                        lines.stream().map(line -> line.divisionId).toArray(UUID[]::new),
                        lines.stream().map(line -> line.divisionCode).toArray(String[]::new),
                        lines.stream().map(line -> line.address).toArray(String[]::new),
                        buffers(lines.stream().map(line -> line.sealedTelephone).toList()),
                        buffers(lines.stream().map(line -> line.telephoneDigest).toList()),
                        names(lines, ImportResidents::residence),
                        names(lines, ImportResidents::relation)))
                .invoke(rows -> {
                    if (rows.rowCount() != lines.size()) {
                        throw new IllegalStateException("Somebody changed a resident at the same time: once more");
                    }
                })
                .chain(() -> Grams.put(ids));
    }
}
