package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.post.Recusal;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who has a case asks for more time, or that its clocks stand still; a superior decides. Nothing else stops a clock. */
@Singleton
class RequestTime {

    /** How long clocks may stand still at a time. */
    private static final Duration LONGEST_SUSPENSION = Duration.ofDays(90);

    private final CoreStore store;
    private final MoveCase move;
    private final ClockBases clocks;
    private final CaseClasses classes;

    RequestTime(CoreStore store, MoveCase move, ClockBases clocks, CaseClasses classes) {
        this.store = store;
        this.move = move;
        this.clocks = clocks;
        this.classes = classes;
    }

    /** The input of asking for more time, beside that of every step; the amount is of the stage's own unit. */
    record ExtensionInput(Stage stage, int amount) {}

    /** Asks for more time (延期申请), once for each stage. */
    Uni<UUID> extension(Call call) {
        ExtensionInput input = call.input(ExtensionInput.class);
        return move.take(call, CaseAction.REQUEST_EXTENSION, (about, words, now) -> {
            about.move(CaseAction.REQUEST_EXTENSION);
            Deadline deadline = about.clocks().begun().get(input.stage());
            if (deadline == null || deadline.isMet()) {
                throw new ApiException(CaseError.CASE_CLOCK_MET);
            }
            new Limit(input.amount(), deadline.limit().unit()).checked("amount");
            if (deadline.limit().amount() + input.amount()
                    > deadline.limit().unit().most()) {
                throw ApiException.invalid("amount");
            }
            CaseStep.Stepper by = CaseStep.Stepper.of(call.actor(), CasePermissions.HANDLE);
            return requireNoneGranted(about, input.stage())
                    .chain(() -> ask(CaseRequest.extension(
                            about, input.stage(), input.amount(), String.valueOf(words), by, now)))
                    .chain(() -> MoveCase.Taken.noted(words));
        });
    }

    /** The input of asking that clocks stand still, beside that of every step. */
    record SuspensionInput(Instant until) {}

    /** Asks that the clocks stand still until then (挂起申请). */
    Uni<UUID> suspension(Call call) {
        Instant until = call.input(SuspensionInput.class).until();
        return move.take(call, CaseAction.REQUEST_SUSPENSION, (about, words, now) -> {
            requireAhead(until, now);
            about.move(CaseAction.REQUEST_SUSPENSION);
            CaseStep.Stepper by = CaseStep.Stepper.of(call.actor(), CasePermissions.HANDLE);
            return ask(CaseRequest.suspension(about, until, String.valueOf(words), by, now))
                    .chain(() -> MoveCase.Taken.noted(words));
        });
    }

    private static void requireAhead(Instant until, Instant now) {
        if (!until.isAfter(now) || until.isAfter(now.plus(LONGEST_SUSPENSION))) {
            throw ApiException.invalid("until");
        }
    }

    private static Uni<Void> requireNoneGranted(Case about, Stage stage) {
        return Statements.CORE
                .run(
                        "select 1 from lianhu_core.case_request where case_id = $1 and round = $2 and stage = $3 and state = 'GRANTED' limit 1",
                        about.getId(),
                        about.getRound(),
                        stage.name())
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        throw new ApiException(CaseError.CASE_EXTENDED);
                    }
                })
                .replaceWithVoid();
    }

    /** One at a time; what somebody else asked for, who had the case before, is asked for no longer. The case is locked. */
    private Uni<Void> ask(CaseRequest request) {
        return Statements.CORE
                .run(
                        "update lianhu_core.case_request set state = 'LAPSED' where case_id = $1 and state = 'PENDING' and requested_by <> $2",
                        request.getCaseId(),
                        request.requestedBy())
                .chain(() -> Statements.CORE.run(
                        "select 1 from lianhu_core.case_request where case_id = $1 and state = 'PENDING'",
                        request.getCaseId()))
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        throw new ApiException(CaseError.CASE_REQUEST_PENDING);
                    }
                })
                .chain(() -> store.session(session -> session.persist(request)));
    }

    /** The input of a decision, beside that of every step. */
    record DecisionInput(GlobalId requestId) {}

    /** Grants what was asked for: from now on it holds. */
    Uni<UUID> grant(Call call) {
        UUID id = call.input(DecisionInput.class).requestId().of("CaseRequest");
        return move.take(call, CaseAction.GRANT, (about, words, now) -> {
            about.move(CaseAction.GRANT);
            return followed(about)
                    .chain(basis -> decide(id, about, call, true, words, now).chain(request -> {
                        Stage stage = request.getStage();
                        Integer amount = request.getAmount();
                        Instant until = request.getUntil();
                        if (stage != null
                                && amount != null
                                && !about.clocks().extend(stage, amount, basis.calendar())) {
                            throw new ApiException(CaseError.CASE_CLOCK_MET);
                        }
                        if (until != null) {
                            requireAhead(until, now);
                            about.clocks().suspend(now, until, basis.calendar());
                        }
                        return MoveCase.Taken.noted(words);
                    }));
        });
    }

    /** By what the case's clocks go, which follow it: so what is granted is for the emergency of which the case has not been told yet, too. */
    private Uni<ClockBasis> followed(Case about) {
        return classes.of(about.getClassCode())
                .chain(caseClass -> clocks.held().invoke(basis -> basis.follow(about, caseClass)));
    }

    Uni<UUID> deny(Call call) {
        UUID id = call.input(DecisionInput.class).requestId().of("CaseRequest");
        return move.take(call, CaseAction.DENY, (about, words, now) -> {
            about.move(CaseAction.DENY);
            return decide(id, about, call, false, words, now).chain(() -> MoveCase.Taken.noted(words));
        });
    }

    private Uni<CaseRequest> decide(
            UUID id, Case about, Call call, boolean granted, @Nullable String note, Instant now) {
        String name = CaseStep.Stepper.of(call.actor(), CasePermissions.VERIFY).name();
        return store.session(session -> session.find(CaseRequest.class, id, LockModeType.PESSIMISTIC_WRITE)
                .invoke(request -> {
                    if (request == null || !request.getCaseId().equals(about.getId())) {
                        throw ApiException.notFound("CaseRequest");
                    }
                    Recusal.require(call.actor(), request.requestedBy());
                    request.decide(granted, name, note, now);
                }));
    }

    /** Has the clocks go on before their time (恢复计时). */
    Uni<UUID> resume(Call call) {
        return move.take(call, CaseAction.RESUME, (about, words, now) -> {
            about.move(CaseAction.RESUME);
            if (about.clocks().suspendedUntil(now).isEmpty()) {
                throw new ApiException(CaseError.CASE_NOT_SUSPENDED);
            }
            return followed(about).chain(basis -> {
                about.clocks().resume(now, basis.calendar());
                return MoveCase.Taken.noted(words);
            });
        });
    }
}
