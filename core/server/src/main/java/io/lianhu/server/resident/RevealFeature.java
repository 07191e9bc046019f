package io.lianhu.server.resident;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Attempts;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.audit.AuditEntry;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.limit.CountedAttempts;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.vault.Vault;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Shows what is masked of a resident to who needs it, for a reason (明文查看). For ten minutes the same person may read it again; each
 * time is a row of the audit trail, and without the row there is no answer.
 */
@Singleton
class RevealFeature implements CoreFeature {

    private static final String REVEAL = "residents:reveal";

    private static final Duration WINDOW = Duration.ofHours(1);

    private static final String INSERT =
            "insert into lianhu_core.personal_reveal (id, resident_id, subject, fields, reason) values ($1, $2, $3, $4, $5)";

    private static final String SELECT =
            "select id, resident_id, fields, reason, revealed_at from lianhu_core.personal_reveal"
                    + " where id = any ($1) and subject = $2 and revealed_at > now() - interval '10 minutes'";

    private final ResidentDirectory directory;
    private final Vault vault;
    private final AuditTrail trail;
    private final Attempts attempts;
    private final int most;

    RevealFeature(
            ResidentDirectory directory,
            Vault vault,
            AuditTrail trail,
            CountedAttempts attempts,
            @ConfigProperty(name = "lianhu.privacy.reveals-per-hour", defaultValue = "60") int most) {
        this.directory = directory;
        this.vault = vault;
        this.trail = trail;
        this.attempts = attempts.of("core");
        this.most = most;
    }

    @Override
    public String schema() {
        return "reveal";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(REVEAL, Role.GRID_WORKER, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("ResidentReveal", this::load)
                .field("ResidentReveal", "telephone", call -> shown(call, Field.TELEPHONE))
                .field("ResidentReveal", "address", call -> shown(call, Field.ADDRESS))
                .mutation("residentReveal", this::reveal);
    }

    /** What can be revealed. */
    enum Field {
        TELEPHONE,
        ADDRESS
    }

    /** A revelation, as the schema has it. */
    public record Reveal(UUID id, ResidentRecord resident, Set<String> fields, String reason, Instant revealedAt) {}

    /** The input of a revelation. */
    record RevealInput(GlobalId residentId, List<Field> fields, String reason) {}

    private Uni<UUID> reveal(Call call) {
        RevealInput input = call.input(RevealInput.class);
        String reason = Texts.check(input.reason(), 2, AuditEntry.LONGEST_REASON, "reason");
        String[] fields =
                input.fields().stream().distinct().map(Enum::name).sorted().toArray(String[]::new);
        if (fields.length == 0) {
            return Uni.createFrom().failure(ApiException.invalid("fields"));
        }
        UUID resident = input.residentId().of("Resident");
        String subject = call.actor().subject();
        UUID id = Ids.next();
        return visible(Set.of(resident), call)
                .invoke(found -> {
                    ResidentRecord known = found.get(resident);
                    if (known == null) {
                        throw ApiException.notFound("Resident");
                    }
                    call.actor().require(REVEAL, new DivisionCode(known.getDivisionCode()));
                })
                .chain(() -> attempts.count("reveal:" + subject, WINDOW))
                .invoke(count -> {
                    if (count > most) {
                        throw new ApiException(ResidentError.RESIDENT_REVEAL_LIMIT, Map.of("most", most));
                    }
                })
                .chain(() -> Statements.CORE.run(INSERT, id, resident, subject, fields, reason))
                .replaceWith(id);
    }

    private Uni<Map<UUID, ResidentRecord>> visible(Set<UUID> ids, Call call) {
        return directory.load(ids).map(rows -> {
            Map<UUID, ResidentRecord> seen = new HashMap<>();
            rows.stream()
                    .filter(row -> Acquaintance.mayKnow(
                            call.actor(),
                            row.getSubject(),
                            row.getHouseholdId(),
                            new DivisionCode(row.getDivisionCode())))
                    .forEach(row -> seen.put(row.getId(), row));
            return seen;
        });
    }

    /** Only to who asked for it, for as long as that is fresh and the post still stands. */
    private Uni<Map<UUID, Reveal>> load(Set<UUID> ids, Call call) {
        return Statements.CORE
                .run(SELECT, ids.toArray(UUID[]::new), call.actor().subject())
                .chain(rows -> {
                    Map<UUID, Function<ResidentRecord, Reveal>> found = new HashMap<>();
                    Map<UUID, UUID> residents = new HashMap<>();
                    rows.forEach(row -> {
                        UUID id = row.getUUID(0);
                        residents.put(id, row.getUUID(1));
                        Set<String> fields = Set.of(row.getArrayOfStrings(2));
                        String reason = row.getString(3);
                        Instant at = row.getOffsetDateTime(4).toInstant();
                        found.put(id, resident -> new Reveal(id, resident, fields, reason, at));
                    });
                    return visible(Set.copyOf(residents.values()), call).map(seen -> {
                        Map<UUID, Reveal> reveals = new HashMap<>();
                        found.forEach((id, of) -> Optional.ofNullable(seen.get(residents.get(id)))
                                .filter(one -> call.actor().may(REVEAL, new DivisionCode(one.getDivisionCode())))
                                .ifPresent(one -> reveals.put(id, of.apply(one))));
                        return reveals;
                    });
                });
    }

    /** The row is owed before the value is there: so that nobody sees a value without one. */
    private Uni<Optional<String>> shown(Call call, Field field) {
        Reveal reveal = call.source();
        if (!reveal.fields().contains(field.name())) {
            return Uni.createFrom().item(Optional.empty());
        }
        ResidentRecord resident = reveal.resident();
        return trail.write(AuditEntry.done("Reveal." + field, "Resident", List.of(resident.getId()))
                        .because(reveal.reason()))
                .map(written -> switch (field) {
                    case TELEPHONE ->
                        Optional.ofNullable(resident.sealedTelephone())
                                .map(envelope -> vault.open(Operation.current().tenant(), envelope));
                    case ADDRESS -> Optional.of(resident.getAddress());
                });
    }
}
