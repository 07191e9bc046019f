package io.lianhu.server.jointhandling;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.calendar.TimeLimit;
import io.lianhu.server.casework.Case;
import io.lianhu.server.casework.CaseAction;
import io.lianhu.server.casework.CaseClasses;
import io.lianhu.server.casework.CaseState;
import io.lianhu.server.casework.CaseStep;
import io.lianhu.server.casework.CaseWatcher;
import io.lianhu.server.casework.ClockBases;
import io.lianhu.server.casework.Support;
import io.lianhu.server.casework.Supporting;
import io.lianhu.server.message.MessageDraft;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.message.Wording;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.post.Posts;
import io.lianhu.server.unit.Units;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The parts of cases as they are kept. Who changes one holds the case locked, so that none comes or goes meanwhile. */
@Singleton
class Parts implements Supporting, CaseWatcher {

    /** Of one case, ended ones too. */
    private static final int MOST = 20;

    private final CoreStore store;
    private final Units units;
    private final Posts posts;
    private final CaseClasses classes;
    private final ClockBases clocks;
    private final SendMessages messages;

    Parts(CoreStore store, Units units, Posts posts, CaseClasses classes, ClockBases clocks, SendMessages messages) {
        this.store = store;
        this.units = units;
        this.posts = posts;
        this.classes = classes;
        this.clocks = clocks;
        this.messages = messages;
    }

    /** The parts of a case, in the order of asking. */
    private static Uni<List<CasePart>> of(Mutiny.Session session, Case about) {
        return session.createSelectionQuery("from CasePart where caseId = :about order by id", CasePart.class)
                .setParameter("about", about.getId())
                .getResultList();
    }

    /** What a unit is asked. */
    record Request(
            Units.Unit unit, String asked, CasePart.Asker by, Optional<TimeLimit> limit, Optional<UUID> replaces) {}

    /** Asks a unit, within the class's own time to resolve where no limit is given, and tells its officers. */
    Uni<Void> ask(Case about, Request request, Instant now) {
        if (about.leadUnit().filter(request.unit().id()::equals).isPresent()) {
            throw new ApiException(PartError.CASE_PART_LEAD);
        }
        return store.session(session -> of(session, about))
                .chain(parts -> {
                    if (parts.size() >= MOST) {
                        throw new ApiException(PartError.CASE_PARTS_FULL, Map.of("most", MOST));
                    }
                    if (parts.stream()
                            .anyMatch(part -> part.isOpen()
                                    && part.unitId().equals(request.unit().id()))) {
                        throw new ApiException(PartError.CASE_PART_ASKED);
                    }
                    Optional<CasePart> replaced = request.replaces().map(id -> returned(parts, id));
                    return fresh(about, request, now)
                            .invoke(part -> replaced.ifPresent(part::replace))
                            .call(part -> store.session(session -> session.persist(part)))
                            .invoke(part -> {
                                List<CasePart> all = new ArrayList<>(parts);
                                all.add(part);
                                count(about, all);
                            });
                })
                .chain(part -> officers(part.unitId(), "case-part-asked", about, part));
    }

    private static CasePart returned(List<CasePart> parts, UUID id) {
        CasePart part = find(parts, id);
        if (part.state() != CasePart.PartState.RETURNED) {
            throw new ApiException(PartError.CASE_PART_STATE, Map.of("state", part.state()));
        }
        return part;
    }

    private static CasePart find(List<CasePart> parts, UUID id) {
        return parts.stream()
                .filter(part -> part.getId().equals(id))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound("CasePart"));
    }

    private Uni<CasePart> fresh(Case about, Request request, Instant now) {
        return classes.of(about.getClassCode()).chain(caseClass -> clocks.held()
                .map(basis -> new CasePart(
                        about.getId(),
                        request.unit(),
                        request.asked(),
                        request.by(),
                        request.limit().orElse(caseClass.resolve().time()),
                        now,
                        basis.calendar())));
    }

    /** How a part ends. */
    record Ending(CasePart.PartState as, @Nullable String words, String byName) {}

    /** Ends a part, and tells who has to know: its unit that it is cancelled; who leads, and who asked, of the rest. Answers the unit's name. */
    Uni<String> end(Case about, UUID id, Predicate<CasePart> mine, Ending ending, Instant now) {
        return store.session(session -> of(session, about).map(parts -> {
                    CasePart part = find(parts, id);
                    if (!mine.test(part)) {
                        throw ApiException.notFound("CasePart");
                    }
                    part.end(ending.as(), ending.words(), ending.byName(), now);
                    count(about, parts);
                    return part;
                }))
                .call(part -> ending.as() == CasePart.PartState.CANCELLED
                        ? officers(part.unitId(), "case-part-cancelled", about, part)
                        : leaders(
                                ending.as() == CasePart.PartState.DONE ? "case-part-done" : "case-part-returned",
                                about,
                                part))
                .map(CasePart::unitName);
    }

    private static void count(Case about, List<CasePart> parts) {
        about.support(
                parts.stream().filter(CasePart::isSeen).map(CasePart::unitId).collect(Collectors.toSet()),
                (int) parts.stream().filter(CasePart::isOpen).count());
    }

    private Uni<Void> officers(UUID unit, String template, Case about, CasePart part) {
        return posts.officers(unit)
                .chain(officers -> tell(
                        officers.stream().map(Posts.Holder::subject).collect(Collectors.toSet()),
                        template,
                        about,
                        part));
    }

    /** Who leads, and who asked: cadres look into their list, as when a case comes to them. */
    private Uni<Void> leaders(String template, Case about, CasePart part) {
        Uni<List<Posts.Holder>> lead = about.leadUnit().map(posts::officers).orElseGet(() -> Uni.createFrom()
                .item(List.of()));
        return lead.chain(officers -> {
            Set<String> subjects = officers.stream().map(Posts.Holder::subject).collect(Collectors.toSet());
            about.leadSubject().ifPresent(subjects::add);
            if (!part.askedBy().isEmpty()) {
                subjects.add(part.askedBy());
            }
            return tell(subjects, template, about, part);
        });
    }

    private Uni<Void> tell(Set<String> subjects, String template, Case about, CasePart part) {
        if (subjects.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        String answer = part.answer();
        Map<String, Object> params = Map.of(
                "number",
                about.getNumber(),
                "unit",
                part.unitName(),
                "asked",
                part.asked(),
                "answer",
                answer == null ? "" : answer);
        return messages.toSubjects(
                        MessageDraft.of(
                                MessageKind.CASE, Wording.core(template, params), new GlobalId("Case", about.getId())),
                        subjects)
                .replaceWithVoid();
    }

    /** What a rule of dispatching asks. */
    @Override
    public Uni<Void> ask(Case about, List<Support> whom, Instant now) {
        return units.byIds(whom.stream().map(Support::unitId).collect(Collectors.toSet()))
                .chain(found -> {
                    Uni<Void> asked = Uni.createFrom().voidItem();
                    for (Support one : whom) {
                        Units.Unit unit = found.get(one.unitId());
                        if (unit != null
                                && unit.active()
                                && about.leadUnit().filter(unit.id()::equals).isEmpty()) {
                            Request request = new Request(
                                    unit,
                                    one.asked(),
                                    new CasePart.Asker("", CaseStep.Stepper.PLATFORM.name()),
                                    Optional.empty(),
                                    Optional.empty());
                            asked = asked.chain(() -> ask(about, request, now)).chain(() -> step(about, request, now));
                        }
                    }
                    return asked;
                });
    }

    private Uni<Void> step(Case about, Request request, Instant now) {
        return store.session(session -> session.persist(new CaseStep(
                about,
                CaseAction.ASK_PART,
                about.getState(),
                about.getState(),
                CaseStep.Stepper.PLATFORM,
                note(request.unit().name(), request.asked()),
                now)));
    }

    /** What the history says of a part. */
    static String note(String unit, @Nullable String words) {
        return unit + "：" + words;
    }

    /** With a case that ends without being handled, what is still open of it ends too. */
    @Override
    public Uni<Void> taken(Case about, CaseAction action, CaseState before, @Nullable String note, Instant now) {
        if (about.isOpen() || about.openParts() == 0) {
            return Uni.createFrom().voidItem();
        }
        return store.session(session -> of(session, about).map(parts -> {
                    List<CasePart> open =
                            parts.stream().filter(CasePart::isOpen).toList();
                    open.forEach(part -> part.end(CasePart.PartState.CANCELLED, null, "", now));
                    count(about, parts);
                    return open;
                }))
                .chain(open -> {
                    Uni<Void> told = Uni.createFrom().voidItem();
                    for (CasePart part : open) {
                        told = told.chain(() -> officers(part.unitId(), "case-part-cancelled", about, part));
                    }
                    return told;
                });
    }
}
