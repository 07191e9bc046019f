package io.lianhu.server.transfer;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.audit.AuditEntry;
import io.lianhu.server.audit.AuditOrigin;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.graphql.Engines;
import io.lianhu.server.identity.IdentityError;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.web.Admission;
import io.lianhu.server.web.Bodies;
import io.lianhu.server.web.Ingress;
import io.lianhu.server.web.Replies;
import io.lianhu.server.web.Visitor;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Row;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * {@code POST /transfers} takes a file, the request's body; {@code GET /transfers/<id>} gives an export to who began it; {@code GET
 * /transfers/templates/<kind>} gives the empty workbook of an import.
 */
@Singleton
class TransferEndpoint {

    private static final int MAX_BYTES = 20 * 1024 * 1024;
    private static final String JSON = "application/json";
    private static final String WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static final String ARCHIVE = "application/zip";

    /** What a download is called in the audit trail. */
    private static final String DOWNLOAD = "Transfer.download";

    /** Files in work at a time on this replica: each is held whole, and sealed. */
    private static final int MOST = 8;

    private static final int MOST_OF_COUNTY = 3;

    private final Admission admission;
    private final Engines engines;
    private final Operations operations;
    private final TransferFiles files;
    private final Transfers transfers;
    private final AuditTrail trail;
    private final Replies replies;
    private final WorkerExecutor workers;
    private final UploadPlaces places = new UploadPlaces(MOST, MOST_OF_COUNTY);

    TransferEndpoint(
            Admission admission,
            Engines engines,
            Operations operations,
            TransferFiles files,
            Transfers transfers,
            AuditTrail trail,
            Replies replies,
            Vertx vertx) {
        this.admission = admission;
        this.engines = engines;
        this.operations = operations;
        this.files = files;
        this.transfers = transfers;
        this.trail = trail;
        this.replies = replies;
        this.workers = vertx.createSharedWorkerExecutor("transfer-files", 2);
    }

    void route(@Observes Router router) {
        router.post("/transfers").handler(this::upload);
        router.get("/transfers/templates/:kind").handler(this::template);
        router.get("/transfers/:id").handler(this::download);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Taken(FileFormat format, byte[] bytes) {}

    private void upload(RoutingContext context) {
        admission
                .admit(context)
                .chain(visitor -> user(visitor).map(actor -> Map.entry(visitor, actor)))
                .onFailure()
                .invoke(() -> unread(context))
                .chain(known -> {
                    String tenant = known.getKey().tenantCode();
                    String subject = known.getValue().subject();
                    return oneOfFew(context, tenant, subject, () -> Bodies.read(context.request(), MAX_BYTES)
                            .chain(body -> worker(() -> taken(tenant, body.getBytes())))
                            .chain(file -> files.keep(tenant, subject, file.format(), file.bytes())));
                })
                .subscribe()
                .with(
                        id -> replies.send(context, 201, JSON, Map.of("id", new GlobalId("TransferFile", id).encode())),
                        failure -> replies.refuse(context, JSON, failure));
    }

    private Taken taken(String tenant, byte[] file) {
        boolean zip = file.length > 3 && file[0] == 'P' && file[1] == 'K' && file[2] == 3 && file[3] == 4;
        if (!zip && (file.length == 0 || SeparatedText.decode(file).isEmpty())) {
            throw new ApiException(TransferError.TRANSFER_FILE_TYPE);
        }
        return new Taken(zip ? FileFormat.XLSX : FileFormat.CSV, files.seal(tenant, file));
    }

    private <T> Uni<T> worker(Callable<T> work) {
        return UniHelper.toUni(workers.executeBlocking(work, false));
    }

    /** Runs the work, unless the person or too many others are at it already. */
    private <T> Uni<T> oneOfFew(RoutingContext context, String tenant, String subject, Supplier<Uni<T>> work) {
        try {
            places.take(tenant, subject);
        } catch (ApiException taken) {
            unread(context);
            return Uni.createFrom().failure(taken);
        }
        return Uni.createFrom().deferred(work::get).onTermination().invoke(() -> places.leave(tenant, subject));
    }

    private static void unread(RoutingContext context) {
        Bodies.discard(context.request());
        context.request().resume();
    }

    private Uni<Actor> user(Visitor visitor) {
        return user(visitor, TransferFeature.USE);
    }

    private Uni<Actor> user(Visitor visitor, String permission) {
        if (visitor.person().isEmpty()) {
            return Uni.createFrom().failure(new ApiException(IdentityError.UNAUTHENTICATED));
        }
        if (visitor.tenant() == null) {
            return Uni.createFrom().failure(ApiException.notFound("Transfer"));
        }
        return operations.read(visitor.tenantCode(), () -> actor(visitor).invoke(actor -> {
            if (!actor.may(permission)) {
                throw ApiException.forbidden(permission);
            }
        }));
    }

    private Uni<Actor> actor(Visitor visitor) {
        try (Engines.Lease lease = engines.acquire(visitor.tenant())) {
            return visitor.actor(lease.engine().permissions());
        }
    }

    private void template(RoutingContext context) {
        String name = context.pathParam("kind");
        admission
                .admit(context)
                .call(this::user)
                .chain(visitor -> {
                    ImportKind<?> kind =
                            transfers.importKind(name).orElseThrow(() -> ApiException.notFound("Template"));
                    return worker(() -> Spreadsheets.write(
                            "模板",
                            List.of(
                                    kind.columns().stream()
                                            .map(Table.Column::heading)
                                            .toList(),
                                    kind.columns().stream()
                                            .map(Table.Column::example)
                                            .toList())));
                })
                .subscribe()
                .with(
                        bytes -> send(context, bytes, WORKBOOK, "template.xlsx"),
                        failure -> replies.refuse(context, JSON, failure));
    }

    private void download(RoutingContext context) {
        UUID id = GlobalId.decode(context.pathParam("id"))
                .filter(known -> known.type().equals("TransferFile"))
                .map(GlobalId::uuid)
                .orElse(new UUID(0, 0));
        admission
                .admit(context)
                .chain(visitor -> user(visitor, TransferFeature.FOLLOW)
                        .chain(actor ->
                                operations.read(visitor.tenantCode(), () -> export(id, actor, Ingress.of(context))))
                        .map(format -> format.orElseThrow(() -> ApiException.notFound("TransferFile")))
                        .chain(format -> files.bytes(visitor.tenantCode(), id)
                                .chain(bytes -> worker(() -> files.open(visitor.tenantCode(), bytes)))
                                .map(bytes -> new Taken(format, bytes))))
                .subscribe()
                .with(
                        file -> send(
                                context,
                                file.bytes(),
                                file.format() == FileFormat.ZIP ? ARCHIVE : WORKBOOK,
                                file.format() == FileFormat.ZIP ? "export.zip" : "export.xlsx"),
                        failure -> replies.refuse(context, JSON, failure));
    }

    /**
     * What was sent in is not handed out; nor is another's, what has had its day, or what was asked for by a post that has ended since. Who asks
     * for it stands in the audit trail.
     */
    private Uni<Optional<FileFormat>> export(UUID file, Actor actor, Ingress ingress) {
        return Statements.CORE
                .run(
                        "select f.format, j.id, j.subject = $2 and j.state = 'DONE' and j.finished_at > now() - interval '24 hours', j.scopes"
                                + " from lianhu_core.transfer_job j join lianhu_core.transfer_file f"
                                + " on f.tenant_id = j.tenant_id and f.id = j.file_id where j.file_id = $1",
                        file,
                        actor.subject())
                .chain(rows -> {
                    if (rows.rowCount() == 0) {
                        return Uni.createFrom().item(Optional.empty());
                    }
                    Row row = rows.iterator().next();
                    AuditOrigin.bind(actor, ingress.requestId(), ingress.client());
                    List<UUID> job = List.of(row.getUUID(1));
                    boolean held = Stream.of(row.getArrayOfStrings(3))
                            .allMatch(scope -> actor.may(TransferFeature.USE, new DivisionCode(scope)));
                    return row.getBoolean(2) && held
                            ? trail.write(AuditEntry.done(DOWNLOAD, "Transfer", job))
                                    .replaceWith(Optional.of(FileFormat.valueOf(row.getString(0))))
                            : trail.write(AuditEntry.refused(DOWNLOAD, "Transfer", job))
                                    .replaceWith(Optional.empty());
                });
    }

    private static void send(RoutingContext context, byte[] bytes, String type, String name) {
        context.response()
                .putHeader("Content-Type", type)
                .putHeader("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .putHeader("Cache-Control", "private, no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(Buffer.buffer(bytes));
    }
}
