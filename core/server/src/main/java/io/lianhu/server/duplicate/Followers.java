package io.lianhu.server.duplicate;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.casework.CaseMerged;
import io.lianhu.server.casework.Case;
import io.lianhu.server.casework.CaseAction;
import io.lianhu.server.casework.CaseState;
import io.lianhu.server.casework.CaseStep;
import io.lianhu.server.casework.CaseWatcher;
import io.lianhu.server.casework.Progress;
import io.lianhu.server.message.MessageDraft;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.message.Wording;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What becomes of cases that are merged into a main one when that goes on: one fix answers all who reported it. */
@Singleton
class Followers implements CaseWatcher {

    private static final String OF_MAIN = " where merged_into = $1 and state = 'MERGED'";

    private static final String RETURNING = " returning id, reporter_id";

    private static final String MOVE =
            "with moved as (update lianhu_core.case_record set merged_into = $1, version = version + 1"
                    + " where merged_into = any ($2) returning id, class_code, division_code, reporter_id, reporter_name,"
                    + " reporter_household_id, reporter_division_code),"
                    + " told as (insert into lianhu_core.case_step (id, case_id, action, from_state, to_state,"
                    + " actor_subject, actor_name, actor_role, note, occurred_at)"
                    + " select uuidv7(), id, 'MERGE', 'MERGED', 'MERGED', $3, $4, $5, $6, $7 from moved)"
                    + " select * from moved order by id";

    private final SendMessages messages;
    private final Progress progress;

    Followers(SendMessages messages, Progress progress) {
        this.messages = messages;
        this.progress = progress;
    }

    static CaseMerged merged(Case one, Case main, Instant now) {
        return new CaseMerged(
                one.getId(),
                main.getId(),
                one.getClassCode(),
                one.where(),
                one.reportingResident().orElse(null),
                now);
    }

    /** What was merged into cases that are now merged themselves goes with them. */
    Uni<List<CaseMerged>> moved(List<Case> cases, Case main, CaseStep.Stepper by, Instant now) {
        return Statements.CORE
                .run(
                        MOVE,
                        main.getId(),
                        cases.stream().map(Case::getId).toArray(UUID[]::new),
                        by.subject(),
                        by.name(),
                        by.role(),
                        main.getNumber(),
                        now.atOffset(ZoneOffset.UTC))
                .map(rows -> {
                    List<CaseMerged> moved = new ArrayList<>();
                    rows.forEach(row -> moved.add(new CaseMerged(
                            row.getUUID("id"),
                            main.getId(),
                            row.getString("class_code"),
                            new DivisionCode(row.getString("division_code")),
                            reporter(row),
                            now)));
                    return moved;
                });
    }

    private static @Nullable Resident reporter(Row row) {
        UUID id = row.getUUID("reporter_id");
        return id == null
                ? null
                : new Resident(
                        id,
                        row.getString("reporter_name"),
                        row.getUUID("reporter_household_id"),
                        new DivisionCode(row.getString("reporter_division_code")));
    }

    Uni<Void> tellMerged(List<CaseMerged> merged, Case main) {
        Set<UUID> residents = merged.stream()
                .map(CaseMerged::reporter)
                .filter(Objects::nonNull)
                .map(Resident::id)
                .collect(Collectors.toSet());
        return tell(residents, "case-merged", Map.of("number", main.getNumber()), null);
    }

    Uni<Void> tellUnmerged(Case one, String reason) {
        return tell(
                one.reportingResident().map(Resident::id).map(Set::of).orElse(Set.of()),
                "case-unmerged",
                Map.of("number", one.getNumber(), "reason", reason),
                new GlobalId("Case", one.getId()));
    }

    private Uni<Void> tell(Set<UUID> residents, String template, Map<String, ?> params, @Nullable GlobalId about) {
        return residents.isEmpty()
                ? Uni.createFrom().voidItem()
                : messages.toResidents(
                                MessageDraft.of(MessageKind.CASE, Wording.core(template, params), about), residents)
                        .replaceWithVoid();
    }

    @Override
    public Uni<Void> taken(Case about, CaseAction action, CaseState before, @Nullable String note, Instant now) {
        if (about.getMergedCount() == 0) {
            return Uni.createFrom().voidItem();
        }
        OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
        return switch (action) {
            case WITHDRAW -> throw new ApiException(MergeError.CASE_FOLLOWED, Map.of("others", about.getMergedCount()));
            case CLOSE ->
                told(
                        about,
                        "case-main-closed",
                        note,
                        Statements.CORE.run(
                                "update lianhu_core.case_record set closed_at = $2, round = round + 1, version = version + 1"
                                        + OF_MAIN + RETURNING,
                                about.getId(),
                                at));
            case REFUSE, REFER ->
                told(
                        about,
                        "case-main-ended",
                        note,
                        Statements.CORE.run(
                                "update lianhu_core.case_record set closed_at = $2, closing_words = $3, referred_to = $4,"
                                        + " version = version + 1" + OF_MAIN + RETURNING,
                                about.getId(),
                                at,
                                about.getClosingWords(),
                                about.getReferredTo()));
            case REOPEN ->
                told(
                        about,
                        "case-main-reopened",
                        note,
                        Statements.CORE.run(
                                "update lianhu_core.case_record set closed_at = null, stars = null, rating_comment = null,"
                                        + " rated_at = null, version = version + 1" + OF_MAIN + RETURNING,
                                about.getId()));
            case REPLY -> told(about, "case-main-reply", note, read(about));
            case HANDLE -> told(about, "case-main-handled", note, read(about));
            case MERGE -> Uni.createFrom().voidItem();
            default ->
                read(about)
                        .invoke(rows -> rows.forEach(row -> progress.tell(row.getUUID("id"))))
                        .replaceWithVoid();
        };
    }

    private static Uni<RowSet<Row>> read(Case main) {
        return Statements.CORE.run("select id, reporter_id from lianhu_core.case_record" + OF_MAIN, main.getId());
    }

    private Uni<Void> told(Case main, String template, @Nullable String note, Uni<RowSet<Row>> following) {
        return following.chain(rows -> {
            Set<UUID> residents = new HashSet<>();
            rows.forEach(row -> {
                progress.tell(row.getUUID("id"));
                UUID reporter = row.getUUID("reporter_id");
                if (reporter != null) {
                    residents.add(reporter);
                }
            });
            return tell(
                    residents, template, Map.of("number", main.getNumber(), "note", note == null ? "" : note), null);
        });
    }
}
