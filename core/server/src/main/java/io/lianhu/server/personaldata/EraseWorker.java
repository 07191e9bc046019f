package io.lianhu.server.personaldata;

import io.lianhu.sdk.PersonalData;
import io.lianhu.sdk.PersonalData.Outcome;
import io.lianhu.server.audit.AuditEntry;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.identity.Organizations;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.tenant.TenantState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases what was approved, and, as long as something is kept, looks again when that may have ended. Each section is one transaction with
 * the record of what became of it, under the lock of the erasure's row: several replicas may be at it, and one that is killed leaves what
 * is done done, and the rest to be done.
 */
@Singleton
class EraseWorker implements BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(EraseWorker.class);

    private static final ZoneId COUNTIES = ZoneId.of("Asia/Shanghai");

    static final String LEGAL_HOLD = "LEGAL_HOLD";

    /** Where nobody can tell when what is kept has had its time, it is looked at as often. */
    private static final String AGAIN = "interval '1 day'";

    private static final int BATCH = 20;

    private final Vertx vertx;
    private final Operations operations;
    private final TenantRegistry tenants;
    private final Organizations organizations;
    private final Provider<PersonalDataOfPlugins> plugins;
    private final AuditTrail trail;
    private final Counter failed;
    private final Duration every;

    EraseWorker(
            Vertx vertx,
            Operations operations,
            TenantRegistry tenants,
            Organizations organizations,
            Provider<PersonalDataOfPlugins> plugins,
            AuditTrail trail,
            MeterRegistry meters,
            @ConfigProperty(name = "lianhu.personal-data.every", defaultValue = "1m") Duration every) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.organizations = organizations;
        this.plugins = plugins;
        this.trail = trail;
        this.failed = meters.counter("lianhu.erasure.failed");
        this.every = every;
    }

    /** Begins; each run comes so much after the one before. */
    @Override
    public void start() {
        vertx.setTimer(every.toMillis(), timer -> run().onFailure()
                .invoke(failure -> LOG.warn("What is to be erased could not be looked for: {}", failure.toString()))
                .onFailure()
                .recoverWithNull()
                .subscribe()
                .with(done -> start()));
    }

    private Uni<Void> run() {
        String[] active = tenants.all().stream()
                .filter(tenant -> tenant.state() == TenantState.ACTIVE)
                .map(tenant -> tenant.code())
                .toArray(String[]::new);
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.WORKER.run(
                                "select tenant_id, id from lianhu_core.erasure where due_at <= now() and tenant_id = any ($1)"
                                        + " order by due_at limit " + BATCH,
                                (Object) active))
                .chain(rows -> Multi.createFrom()
                        .iterable(rows)
                        .onItem()
                        .transformToUniAndConcatenate(row -> erase(row.getString(0), row.getUUID(1)))
                        .collect()
                        .last()
                        .replaceWithVoid());
    }

    private Uni<Void> erase(String tenant, UUID id) {
        PersonalDataOfPlugins.Lease lease = plugins.get().personalData();
        return PluginsHere.require(operations, lease)
                .chain(() -> Multi.createFrom()
                        .iterable(sections(lease))
                        .onItem()
                        .transformToUniAndConcatenate(section -> section(tenant, id, section))
                        .collect()
                        .last())
                .chain(() -> operations.write(tenant, () -> finish(id)))
                .onTermination()
                .invoke(lease::close)
                .onFailure()
                .recoverWithUni(failure -> postponed(tenant, id, failure));
    }

    /** The plugins' come first: they may have to look at the person's record. */
    private static List<Eraser.Named> sections(PersonalDataOfPlugins.Lease lease) {
        List<Eraser.Named> sections = new ArrayList<>();
        lease.byPlugin()
                .forEach((plugin, data) -> sections.add(new Eraser.Named(plugin, false, person -> data.erase(person))));
        sections.addAll(Erasers.ALL);
        return sections;
    }

    private Uni<Void> section(String tenant, UUID id, Eraser.Named section) {
        boolean last = section.section().equals("resident");
        return operations.write(tenant, () -> due(id, section)
                .chain(due -> due.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : held(due.get(), section)
                                .chain(held -> held.isPresent()
                                        ? Erasures.settle(id, held.get(), false)
                                        : (last
                                                        ? leave(tenant, due.get())
                                                        : Uni.createFrom().voidItem())
                                                .chain(() -> settled(id, section, due.get())))));
    }

    /** An erasure that is at work, and its person as far as is known. */
    private record Due(Erasures.Erasure erasure, PersonalData.Person person) {}

    /** Empty where the section is settled, or another replica has settled all; the erasure's row is held. */
    private static Uni<Optional<Due>> due(UUID id, Eraser.Named section) {
        return Erasures.hold(id)
                .map(found -> found.filter(
                        one -> one.state().equals("APPROVED") || one.state().equals("PARTLY")))
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().item(Optional.empty())
                        : settledBefore(id, section)
                                .chain(settled -> settled
                                        ? Uni.createFrom().item(Optional.empty())
                                        : Persons.hold(found.get().resident())
                                                .map(person -> person.map(known -> new Due(
                                                        found.get(), found.get().person(known))))));
    }

    /** A plugin's sections are its own; those of the core are their names. */
    private static Uni<Boolean> settledBefore(UUID id, Eraser.Named section) {
        return Statements.CORE
                .run(
                        "select count(*) > 0 and bool_and(reason is null) from lianhu_core.erasure_outcome where erasure_id = $1"
                                + " and (section = $2 or starts_with(section, $2 || '/'))",
                        id,
                        section.section())
                .map(rows -> Boolean.TRUE.equals(rows.iterator().next().getBoolean(0)));
    }

    /** Why the section is not touched today. */
    private static Uni<Optional<Outcome>> held(Due due, Eraser.Named section) {
        return Statements.CORE
                .run(
                        "select max(until) from lianhu_core.legal_hold where resident_id = any ($1) and released_at is null"
                                + " and until >= $2",
                        due.person().records().toArray(UUID[]::new),
                        LocalDate.now(COUNTIES))
                .chain(rows -> {
                    LocalDate until = rows.iterator().next().getLocalDate(0);
                    if (until != null) {
                        return Uni.createFrom()
                                .item(Optional.of(Outcome.kept(
                                        section.section(),
                                        1,
                                        LEGAL_HOLD,
                                        Optional.of(until.plusDays(1)
                                                .atStartOfDay(COUNTIES)
                                                .toInstant()))));
                    }
                    return !section.needsNoOpenCase()
                            ? Uni.createFrom().item(Optional.empty())
                            : Erasers.openCases(due.person())
                                    .map(open -> open == 0
                                            ? Optional.empty()
                                            : Optional.of(Outcome.kept(
                                                    section.section(), 1, Erasers.OPEN_CASES, Optional.empty())));
                });
    }

    /** The login is no member of the county any more. Again is harmless; who has come back by another record meanwhile stays. */
    private Uni<Void> leave(String tenant, Due due) {
        return due.person()
                .subject()
                .map(subject -> organizations.removeMember(tenant, subject))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private static Uni<Void> settled(UUID id, Eraser.Named section, Due due) {
        boolean core = Erasers.ALL.contains(section);
        return section.eraser().erase(due.person()).chain(outcomes -> {
            Uni<Void> all = core
                    ? Uni.createFrom().voidItem()
                    : Statements.CORE
                            .run(
                                    "delete from lianhu_core.erasure_outcome where erasure_id = $1 and section = $2",
                                    id,
                                    section.section()) // it was held as a whole
                            .replaceWithVoid();
            for (Outcome outcome : outcomes) {
                Outcome named = core
                        ? outcome
                        : new Outcome(
                                section.section() + "/" + outcome.section(),
                                outcome.erased(),
                                outcome.kept(),
                                outcome.reason(),
                                outcome.until());
                all = all.chain(() -> Erasures.settle(id, named, true));
            }
            return outcomes.isEmpty() ? Erasures.settle(id, Outcome.erased(section.section(), 0), true) : all;
        });
    }

    private Uni<Void> finish(UUID id) {
        return Erasures.hold(id)
                .map(found -> found.filter(
                        one -> one.state().equals("APPROVED") || one.state().equals("PARTLY")))
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : Statements.CORE
                                .run(
                                        "select count(*) filter (where reason is not null), min(until) filter (where reason is not null"
                                                + " and until > now()), bool_or(reason is not null and until is null)"
                                                + " from lianhu_core.erasure_outcome where erasure_id = $1",
                                        id)
                                .chain(rows ->
                                        finish(found.get(), rows.iterator().next())));
    }

    private Uni<Void> finish(Erasures.Erasure erasure, Row kept) {
        if (kept.getLong(0) == 0) {
            return Statements.CORE
                    .run(
                            "update lianhu_core.erasure set state = 'DONE', due_at = null, subject = null, household_id = null,"
                                    + " requested_by = case when requested_as = 'COUNTY' then requested_by else '' end,"
                                    + " finished_at = now() where id = $1",
                            erasure.id())
                    .chain(() ->
                            trail.write(AuditEntry.done("Erasure.finished", "Resident", List.of(erasure.resident()))));
        }
        Instant until = Erasures.moment(kept.getOffsetDateTime(1));
        return Statements.CORE
                .run(
                        "update lianhu_core.erasure set state = 'PARTLY', attempts = 0, due_at = least(coalesce($2, now() + "
                                + AGAIN + "), case when $3 then now() + " + AGAIN + " end) where id = $1",
                        erasure.id(),
                        until == null ? null : until.atOffset(ZoneOffset.UTC),
                        kept.getBoolean(2))
                .replaceWithVoid();
    }

    private Uni<Void> postponed(String tenant, UUID id, Throwable failure) {
        failed.increment();
        LOG.warn("An erasure in {} came to a halt", tenant, failure);
        return operations
                .write(
                        tenant,
                        () -> Statements.CORE.run(
                                "update lianhu_core.erasure set attempts = attempts + 1, due_at = now()"
                                        + " + least(interval '1 hour', make_interval(secs => power(2, least(attempts, 20))))"
                                        + " where id = $1 and due_at <= now()",
                                id))
                .onFailure()
                .invoke(again -> LOG.warn("That an erasure in {} came to a halt could not be noted", tenant, again))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }
}
