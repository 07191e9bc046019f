package io.lianhu.server.escalation;

import io.lianhu.sdk.GlobalId;
import io.lianhu.server.calendar.Calendars;
import io.lianhu.server.calendar.WorkCalendar;
import io.lianhu.server.casework.Supervision;
import io.lianhu.server.escalation.Ladder.Climb;
import io.lianhu.server.escalation.Ladder.Rung;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.post.PostHolders;
import io.lianhu.server.post.PostHolders.Seat;
import io.lianhu.server.post.Posts.Holder;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Escalates cases of one county in one transaction, those first that are due longest: the rows of what is escalated, the history, the
 * messages, and when each case is to be looked at again, in a handful of statements however many cases they are.
 *
 * <p>The cases are locked as for any step, so that nothing changes about them meanwhile; one that somebody has locked is left for the next
 * time. Batches of one county come one after the other, so that none overtakes what is due longer.
 */
@Singleton
class EscalateBatch {

    private static final String ALONE = "select pg_try_advisory_xact_lock(hashtextextended('escalation/' || $1, 0))";

    private static final String CLAIM = "select c.id from lianhu_core.case_watch w join lianhu_core.case_record c"
            + " on c.tenant_id = w.tenant_id and c.id = w.case_id where w.escalate_at <= now()%s"
            + " order by w.escalate_at, w.case_id limit $1 for no key update of c skip locked";

    private static final String OLDEST = String.format(CLAIM, "");
    private static final String AMONG = String.format(CLAIM, " and w.case_id = any ($2)");

    private static final String KEEP = "with kept as (insert into lianhu_core.case_escalation"
            + " (id, case_id, round, stage, level, from_level, limit_amount, limit_unit, due_at, overdue_seconds, batch, claimed_at, escalated_at)"
            + " select e.*, $11, $12, $12 from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::int[], $6::int[], $7::int[],"
            + " $8::text[], $9::timestamptz[], $10::bigint[]) e)"
            + " insert into lianhu_core.escalation_receiver (escalation_id, subject, holder_name)"
            + " select distinct on (r.id, r.subject) r.* from unnest($13::uuid[], $14::text[], $15::text[]) r (id, subject, name)";

    private static final String LOOK_AGAIN =
            "update lianhu_core.case_watch w set escalate_at = d.next, level = d.level,"
                    + " attempts = 0, failure = null, state = case when w.due_at < now() then 'OVERDUE' else w.state end,"
                    + " turns_at = case when w.due_at < now() then null else w.turns_at end"
                    + " from unnest($1::uuid[], $2::timestamptz[], $3::int[]) d (id, next, level) where w.case_id = d.id";

    private final Calendars calendars;
    private final PostHolders holders;
    private final Supervision supervision;
    private final SendMessages messages;
    private final Clock clock = Clock.systemUTC();

    EscalateBatch(Calendars calendars, PostHolders holders, Supervision supervision, SendMessages messages) {
        this.calendars = calendars;
        this.holders = holders;
        this.supervision = supervision;
        this.messages = messages;
    }

    /** What a batch came to. */
    record Outcome(int looked, int escalated) {
        static final Outcome NOTHING = new Outcome(0, 0);
    }

    /** One escalation that is made. */
    private record Escalation(UUID id, WatchedCase about, Rung rung, List<Holder> receivers) {}

    /**
     * Escalates what is due, in the running write transaction.
     *
     * @param among the cases that may be taken; null for all
     * @param claimed is filled with those that were, also where what follows fails
     */
    Uni<Outcome> run(int most, @Nullable List<UUID> among, List<UUID> claimed) {
        return Statements.CORE
                .run(ALONE, Operation.current().tenant())
                .chain(alone -> alone.iterator().next().getBoolean(0)
                        ? claim(most, among)
                                .invoke(claimed::addAll)
                                .chain(ids -> ids.isEmpty() ? Uni.createFrom().item(Outcome.NOTHING) : escalate(ids))
                        : Uni.createFrom().item(Outcome.NOTHING));
    }

    private static Uni<List<UUID>> claim(int most, @Nullable List<UUID> among) {
        return (among == null
                        ? Statements.CORE.run(OLDEST, most)
                        : Statements.CORE.run(AMONG, most, among.toArray(UUID[]::new)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getUUID(0))
                        .toList());
    }

    /** What was claimed is read anew under the locks: it may have changed between the look and the lock. */
    private Uni<Outcome> escalate(List<UUID> ids) {
        Instant now = clock.instant();
        return Statements.CORE
                .run(WatchedCase.SELECT, (Object) ids.toArray(UUID[]::new))
                .chain(rows -> {
                    List<WatchedCase> cases = new ArrayList<>();
                    for (Row row : rows) {
                        cases.add(WatchedCase.of(row));
                    }
                    return Rules.read().chain(rules -> calendars.own().chain(calendar -> holders.of(seats(cases))
                            .chain(held -> write(cases, rules, calendar, held, now))));
                });
    }

    private static Set<Seat> seats(List<WatchedCase> cases) {
        return cases.stream()
                .map(WatchedCase::division)
                .distinct()
                .flatMap(place -> List.of(Level.values()).stream().flatMap(level -> level.seats(place).stream()))
                .collect(Collectors.toSet());
    }

    private static List<Holder> receivers(WatchedCase about, Level level, Map<Seat, List<Holder>> held) {
        return level.seats(about.division()).stream()
                .flatMap(seat -> Optional.ofNullable(held.get(seat)).stream())
                .findFirst()
                .orElse(List.of());
    }

    private Uni<Outcome> write(
            List<WatchedCase> cases, Rules rules, WorkCalendar calendar, Map<Seat, List<Holder>> held, Instant now) {
        List<Escalation> made = new ArrayList<>();
        List<@Nullable OffsetDateTime> next = new ArrayList<>();
        List<Integer> reached = new ArrayList<>();
        for (WatchedCase about : cases) {
            Climb climb = new Ladder(about.lowest(), rules.of(about.classCode()), calendar, level -> !receivers(
                                    about, level, held)
                            .isEmpty())
                    .climb(about.stages(), now);
            int highest = about.reached();
            for (Rung rung : climb.rungs()) {
                made.add(new Escalation(Ids.next(), about, rung, receivers(about, rung.level(), held)));
                highest = Math.max(highest, rung.level().number());
            }
            Instant again = climb.next();
            next.add(again == null ? null : again.atOffset(ZoneOffset.UTC));
            reached.add(highest);
        }
        return keep(made, now)
                .chain(() -> Statements.CORE.run(
                        LOOK_AGAIN,
                        cases.stream().map(WatchedCase::id).toArray(UUID[]::new),
                        next.toArray(OffsetDateTime[]::new),
                        reached.toArray(Integer[]::new)))
                .replaceWith(new Outcome(cases.size(), made.size()));
    }

    private Uni<Void> keep(List<Escalation> made, Instant now) {
        if (made.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<UUID> told = new ArrayList<>();
        List<Holder> receivers = new ArrayList<>();
        made.forEach(one -> one.receivers().forEach(receiver -> {
            told.add(one.id());
            receivers.add(receiver);
        }));
        return Statements.CORE
                .run(
                        KEEP,
                        all(made, Escalation::id, UUID[]::new),
                        all(made, one -> one.about().id(), UUID[]::new),
                        all(made, one -> one.about().round(), Integer[]::new),
                        all(made, one -> one.rung().stage().stage(), String[]::new),
                        all(made, one -> one.rung().level().number(), Integer[]::new),
                        all(made, one -> one.rung().from().number(), Integer[]::new),
                        all(made, one -> one.rung().stage().amount(), Integer[]::new),
                        all(made, one -> one.rung().stage().unit().name(), String[]::new),
                        all(made, one -> one.rung().stage().dueAt().atOffset(ZoneOffset.UTC), OffsetDateTime[]::new),
                        all(
                                made,
                                one -> Duration.between(one.rung().stage().dueAt(), now)
                                        .toSeconds(),
                                Long[]::new),
                        Ids.next(),
                        now.atOffset(ZoneOffset.UTC),
                        told.toArray(UUID[]::new),
                        all(receivers, Holder::subject, String[]::new),
                        all(receivers, Holder::name, String[]::new))
                .chain(() -> supervision.record(
                        made.stream()
                                .map(one ->
                                        new Supervision.Told(one.about().id(), EscalationWords.note(one.rung(), now)))
                                .toList(),
                        now))
                .chain(() -> messages.letters(
                        MessageKind.CASE,
                        made.stream()
                                .filter(one -> !one.receivers().isEmpty())
                                .map(one -> new SendMessages.Letter(
                                        EscalationWords.message(one.about().number(), one.rung(), now),
                                        new GlobalId("Case", one.about().id()),
                                        one.receivers().stream()
                                                .map(Holder::subject)
                                                .toList()))
                                .toList()))
                .replaceWithVoid();
    }

    private static <S, T> T[] all(List<S> from, Function<S, T> part, IntFunction<T[]> array) {
        return from.stream().map(part).toArray(array);
    }
}
