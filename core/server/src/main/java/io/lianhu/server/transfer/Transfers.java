package io.lianhu.server.transfer;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.feature.BackgroundWork;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.Signals;
import io.lianhu.server.tenant.Tenant;
import io.lianhu.server.tenant.TenantRegistry;
import io.lianhu.server.tenant.TenantState;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the transfers, on every replica one at a time. A transfer is claimed for a while, and the claim is held by saying how far it is; when
 * the replica ends, the claim does, and another begins the transfer anew. What is written is one transaction that ends by closing the
 * transfer, so that it is written once however many try, and whole or not at all.
 */
@Singleton
public class Transfers implements BackgroundWork {

    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    private static final Duration SWEEP = Duration.ofSeconds(1);

    /** For the one transaction of an import. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final int ATTEMPTS = 3;

    private final Vertx vertx;
    private final Operations operations;
    private final TenantRegistry tenants;
    private final TransferFiles files;
    private final Signals signals;
    private final Map<String, ImportKind<?>> imports;
    private final Map<String, ExportKind> exports;
    private final Map<String, DocumentKind> documents;
    private final Duration claim;
    private final WorkerExecutor workers;
    private final AtomicBoolean busy = new AtomicBoolean();

    Transfers(
            Vertx vertx,
            Operations operations,
            TenantRegistry tenants,
            TransferFiles files,
            Signals signals,
            @All List<ImportKind<?>> imports,
            @All List<ExportKind> exports,
            @All List<DocumentKind> documents,
            @ConfigProperty(name = "lianhu.transfer.claim", defaultValue = "30s") Duration claim) {
        this.vertx = vertx;
        this.operations = operations;
        this.tenants = tenants;
        this.files = files;
        this.signals = signals;
        this.imports = imports.stream().collect(Collectors.toMap(ImportKind::name, Function.identity()));
        this.exports = exports.stream().collect(Collectors.toMap(ExportKind::name, Function.identity()));
        this.documents = documents.stream().collect(Collectors.toMap(DocumentKind::name, Function.identity()));
        this.claim = claim;
        this.workers = vertx.createSharedWorkerExecutor(
                "transfers", 2, Duration.ofMinutes(2).toNanos());
    }

    /** Begins to look for transfers that are due; what another replica left is found within seconds of its claim's end. */
    @Override
    public void start() {
        vertx.setPeriodic(SWEEP.toMillis(), timer -> sweep());
    }

    /** The kind of import of that name. */
    Optional<ImportKind<?>> importKind(String name) {
        return Optional.ofNullable(imports.get(name));
    }

    /** Begins an export in the running transaction; answers the transfer's id, of the type {@code Transfer}. */
    public Uni<UUID> export(String kind, Actor actor, List<DivisionCode> scopes, JsonObject request) {
        Operation.current().afterCommit(this::sweep);
        return TransferJobs.begin(kind, TransferState.EXPORTING, actor.subject(), scopes, request, null);
    }

    /** Removes the files of a day ago, with what waited for them; answers how many. To be run in a write operation of its own. */
    public Uni<Integer> removeOld() {
        return files.removeOld();
    }

    static String topic(String tenant, UUID id) {
        return tenant + ":transfer:" + id;
    }

    private void tell(String tenant, UUID id) {
        signals.send(topic(tenant, id), id.toString()).subscribe().with(sent -> {}, failure -> {});
    }

    /** Looks for the next one that is due, does it, and looks again; nothing where it is at one already. */
    void sweep() {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        due().chain(due -> due.isEmpty() ? Uni.createFrom().item(false) : take(due.get()))
                .subscribe()
                .with(
                        worked -> {
                            busy.set(false);
                            if (worked) {
                                sweep();
                            }
                        },
                        failure -> {
                            busy.set(false);
                            LOG.warn("Transfers could not be looked for: {}", failure.toString());
                        });
    }

    private record Due(String tenant, UUID id) {}

    private Uni<Optional<Due>> due() {
        String[] waiting = tenants.all().stream()
                .filter(tenant -> tenant.state() != TenantState.ACTIVE)
                .map(Tenant::code)
                .toArray(String[]::new);
        return operations
                .read(
                        Operation.PLATFORM,
                        () -> Statements.WORKER.run(
                                "select tenant_id, id from lianhu_core.transfer_job"
                                        + " where state in ('CHECKING', 'COMMITTING', 'EXPORTING') and due_at <= now()"
                                        + " and tenant_id <> all ($1) order by due_at limit 1",
                                (Object) waiting))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .findFirst()
                        .map(row -> new Due(row.getString(0), row.getUUID(1))));
    }

    private Uni<Boolean> take(Due due) {
        return operations
                .write(due.tenant(), () -> TransferJobs.claim(due.id(), claim))
                .chain(claimed -> claimed.isEmpty()
                        ? Uni.createFrom().item(true)
                        : Uni.createFrom()
                                .deferred(() -> claimed.get().attempts() > ATTEMPTS
                                        ? unknown() // who tried before did not live to say why
                                        : perform(due.tenant(), claimed.get()))
                                .onFailure()
                                .recoverWithUni(failure -> failed(due.tenant(), claimed.get(), failure))
                                .invoke(() -> tell(due.tenant(), due.id()))
                                .replaceWith(true));
    }

    private Uni<Void> failed(String tenant, TransferJobs.Claim claimed, Throwable failure) {
        if (failure instanceof ApiException known) {
            return operations.write(tenant, () -> TransferJobs.failed(claimed, known));
        }
        LOG.warn("The transfer {} in {} failed", claimed.id(), tenant, failure);
        return operations.write(
                tenant,
                () -> claimed.attempts() < ATTEMPTS
                        ? TransferJobs.release(claimed)
                        : TransferJobs.failed(claimed, new ApiException(TransferError.TRANSFER_GAVE_UP)));
    }

    private Uni<Void> perform(String tenant, TransferJobs.Claim claimed) {
        if (claimed.state() == TransferState.EXPORTING) {
            DocumentKind document = documents.get(claimed.kind());
            if (document != null) {
                return document(tenant, claimed, document);
            }
            ExportKind kind = exports.get(claimed.kind());
            return kind == null ? unknown() : export(tenant, claimed, kind);
        }
        ImportKind<?> kind = imports.get(claimed.kind());
        return kind == null ? unknown() : load(tenant, claimed, kind);
    }

    private static Uni<Void> unknown() {
        return Uni.createFrom().failure(new ApiException(TransferError.TRANSFER_GAVE_UP));
    }

    private <T> Uni<T> worker(Callable<T> work) {
        return UniHelper.toUni(workers.executeBlocking(work, false));
    }

    private <D> Uni<Void> load(String tenant, TransferJobs.Claim claimed, ImportKind<D> kind) {
        UUID file = claimed.file().orElseThrow(() -> new ApiException(TransferError.TRANSFER_FILE_TAKEN));
        return operations
                .read(tenant, () -> TransferFiles.format(file))
                .chain(format -> files.bytes(tenant, file)
                        .chain(bytes -> worker(() -> {
                            byte[] open = files.open(tenant, bytes);
                            return format == FileFormat.XLSX ? Spreadsheets.read(open) : SeparatedText.read(open);
                        })))
                .chain(table -> worker(() -> kind.read(tenant, table))
                        .call(draft -> operations.read(tenant, () -> kind.look(draft, claimed.scopes())))
                        .chain(draft -> worker(() -> kind.plan(draft)))
                        .chain(plan -> claimed.state() == TransferState.CHECKING
                                ? operations.write(
                                        tenant,
                                        () -> TransferJobs.checked(
                                                claimed, plan, table.lines().size(), table.headings()))
                                : write(tenant, claimed, plan, table.lines().size())
                                        .call(() -> files.remove(tenant, file))));
    }

    private Uni<Void> write(String tenant, TransferJobs.Claim claimed, ImportKind.Plan plan, int lines) {
        if (claimed.mode().orElse(ImportMode.ALL) == ImportMode.ALL
                && !plan.faults().isEmpty()) {
            return Uni.createFrom().failure(new ApiException(TransferError.TRANSFER_FAULTY));
        }
        return operations.write(tenant, LONG, () -> {
            Uni<Void> written = Uni.createFrom().voidItem();
            AtomicInteger step = new AtomicInteger();
            for (Supplier<Uni<Void>> each : plan.steps()) {
                written = written.chain(each::get).chain(() -> {
                    int done = (int) ((long) lines
                            * step.incrementAndGet()
                            / plan.steps().size());
                    return hold(tenant, claimed, done, lines);
                });
            }
            return written.chain(() -> TransferJobs.done(claimed, lines, null));
        });
    }

    /** In a transaction of its own, so that it is seen. */
    private Uni<Void> hold(String tenant, TransferJobs.Claim claimed, int done, int total) {
        return operations
                .write(tenant, () -> TransferJobs.progress(claimed, done, total, claim))
                .invoke(() -> tell(tenant, claimed.id()));
    }

    private Uni<Void> export(String tenant, TransferJobs.Claim claimed, ExportKind kind) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(kind.headings());
        return pages(tenant, claimed, kind, rows, Optional.empty())
                .chain(() -> worker(() -> Spreadsheets.write("导出", rows)))
                .chain(bytes -> keep(tenant, claimed, FileFormat.XLSX, bytes, rows.size() - 1));
    }

    private Uni<Void> document(String tenant, TransferJobs.Claim claimed, DocumentKind kind) {
        AtomicInteger parts = new AtomicInteger();
        return kind.make(tenant, claimed.request(), () -> hold(tenant, claimed, parts.incrementAndGet(), 0))
                .chain(bytes -> keep(tenant, claimed, FileFormat.ZIP, bytes, parts.get()));
    }

    private Uni<Void> keep(String tenant, TransferJobs.Claim claimed, FileFormat format, byte[] bytes, int done) {
        return worker(() -> files.seal(tenant, bytes))
                .chain(bytesAtRest -> operations
                        .read(tenant, () -> owner(claimed))
                        .chain(subject -> files.keep(tenant, subject, format, bytesAtRest)))
                .chain(file -> operations.write(tenant, () -> owner(claimed)
                        .chain(subject -> TransferFiles.claim(file, subject))
                        .chain(() -> TransferJobs.done(claimed, done, file))));
    }

    private static Uni<String> owner(TransferJobs.Claim claimed) {
        return Statements.CORE
                .run("select subject from lianhu_core.transfer_job where id = $1", claimed.id())
                .map(found -> found.iterator().next().getString(0));
    }

    private Uni<Void> pages(
            String tenant, TransferJobs.Claim claimed, ExportKind kind, List<List<String>> rows, Optional<UUID> after) {
        return operations
                .read(tenant, () -> kind.page(claimed.request(), claimed.scopes(), after))
                .chain(page -> {
                    page.forEach(line -> rows.add(line.cells()));
                    if (rows.size() > Table.MOST_LINES) {
                        throw new ApiException(TransferError.TRANSFER_ROWS_TOO_MANY, Map.of("most", Table.MOST_LINES));
                    }
                    return page.isEmpty()
                            ? Uni.createFrom().voidItem()
                            : hold(tenant, claimed, rows.size() - 1, 0)
                                    .chain(() -> pages(
                                            tenant,
                                            claimed,
                                            kind,
                                            rows,
                                            Optional.of(
                                                    page.get(page.size() - 1).id())));
                });
    }
}
