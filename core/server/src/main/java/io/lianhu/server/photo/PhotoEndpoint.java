package io.lianhu.server.photo;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.GlobalId;
import io.lianhu.server.audit.AuditEntry;
import io.lianhu.server.audit.AuditOrigin;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.graphql.Engines;
import io.lianhu.server.identity.IdentityError;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.web.Admission;
import io.lianhu.server.web.Bodies;
import io.lianhu.server.web.Ingress;
import io.lianhu.server.web.Replies;
import io.lianhu.server.web.RequestError;
import io.lianhu.server.web.Visitor;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** {@code POST /photos} takes a photo, the request's body; {@code GET /photos/<id>} gives it to who may see its case. */
@Singleton
class PhotoEndpoint {

    private static final int MAX_BYTES = 12 * 1024 * 1024;
    private static final String JSON = "application/json";

    /** What a download is called in the audit trail. */
    private static final String DOWNLOAD = "Photo.download";

    /** Photos in work at a time: each takes a core, and up to some hundred megabytes. */
    private static final int CLEANERS = 2;

    /** Uploads at a time on this replica: the body of each is held until its turn comes. */
    private static final int MOST_UPLOADS = 8;

    private final Admission admission;
    private final Engines engines;
    private final Operations operations;
    private final Photos photos;
    private final BlobStore blobs;
    private final PhotoAccess access;
    private final AuditTrail trail;
    private final Replies replies;
    private final WorkerExecutor cleaners;
    private final AtomicInteger uploads = new AtomicInteger();
    private final Clock clock = Clock.systemUTC();

    PhotoEndpoint(
            Admission admission,
            Engines engines,
            Operations operations,
            Photos photos,
            BlobStore blobs,
            PhotoAccess access,
            AuditTrail trail,
            Replies replies,
            Vertx vertx) {
        this.admission = admission;
        this.engines = engines;
        this.operations = operations;
        this.photos = photos;
        this.blobs = blobs;
        this.access = access;
        this.trail = trail;
        this.replies = replies;
        this.cleaners = vertx.createSharedWorkerExecutor("photos", CLEANERS);
    }

    void route(@Observes Router router) {
        router.post("/photos").handler(this::upload);
        router.get("/photos/:id").handler(this::download);
    }

    private void upload(RoutingContext context) {
        admission
                .admit(context)
                .chain(visitor -> member(visitor).map(actor -> Map.entry(visitor, actor)))
                .onFailure()
                .invoke(() -> unread(context))
                .chain(known -> oneOfFew(context, () -> Bodies.read(context.request(), MAX_BYTES)
                        .chain(this::clean)
                        .chain(clean -> keep(known.getKey(), known.getValue(), clean))))
                .subscribe()
                .with(
                        photo -> replies.send(
                                context,
                                201,
                                JSON,
                                Map.of(
                                        "id",
                                        new GlobalId("Photo", photo.getId()).encode(),
                                        "width",
                                        photo.getWidth(),
                                        "height",
                                        photo.getHeight())),
                        failure -> replies.refuse(context, JSON, failure));
    }

    /** Runs the work, unless too many are at it already. */
    private <T> Uni<T> oneOfFew(RoutingContext context, Supplier<Uni<T>> work) {
        if (uploads.incrementAndGet() > MOST_UPLOADS) {
            uploads.decrementAndGet();
            unread(context);
            return Uni.createFrom().failure(new ApiException(RequestError.UNAVAILABLE));
        }
        return Uni.createFrom().deferred(work::get).onTermination().invoke(uploads::decrementAndGet);
    }

    private static void unread(RoutingContext context) {
        Bodies.discard(context.request());
        context.request().resume();
    }

    private Uni<CleanPhoto> clean(Buffer body) {
        byte[] raw = body.getBytes();
        return UniHelper.toUni(cleaners.executeBlocking(() -> CleanPhoto.of(raw), false));
    }

    private Uni<Photo> keep(Visitor visitor, Actor actor, CleanPhoto clean) {
        UUID id = Ids.next();
        Photo photo = new Photo(id, actor.subject(), clean, clock.instant());
        return blobs.put(visitor.tenantCode(), id, clean.bytes())
                .chain(() -> operations.write(visitor.tenantCode(), () -> photos.add(photo)))
                .onFailure()
                .call(() -> blobs.remove(visitor.tenantCode(), List.of(id)))
                .replaceWith(photo);
    }

    /** Only who has a post, or is an approved resident, may leave bytes here, and only so many. */
    private Uni<Actor> member(Visitor visitor) {
        if (visitor.person().isEmpty()) {
            return Uni.createFrom().failure(new ApiException(IdentityError.UNAUTHENTICATED));
        }
        if (visitor.tenant() == null) {
            return Uni.createFrom().failure(ApiException.notFound("Photo"));
        }
        return operations.read(visitor.tenantCode(), () -> actor(visitor)
                .invoke(actor -> {
                    if (actor.posts().isEmpty()) {
                        throw ApiException.forbidden("member");
                    }
                })
                .call(actor -> photos.requireRoom(actor.subject())));
    }

    private Uni<Actor> actor(Visitor visitor) {
        try (Engines.Lease lease = engines.acquire(visitor.tenant())) {
            return visitor.actor(lease.engine().permissions());
        }
    }

    private void download(RoutingContext context) {
        UUID id = GlobalId.decode(context.pathParam("id"))
                .filter(known -> known.type().equals("Photo"))
                .map(GlobalId::uuid)
                .orElse(new UUID(0, 0));
        admission
                .admit(context)
                .chain(visitor -> visible(visitor, id, Ingress.of(context)).map(photo -> Map.entry(visitor, photo)))
                .subscribe()
                .with(
                        found -> send(context, found.getKey(), found.getValue()),
                        failure -> replies.refuse(context, JSON, failure));
    }

    private Uni<Photo> visible(Visitor visitor, UUID id, Ingress ingress) {
        if (visitor.person().isEmpty()) {
            return Uni.createFrom().failure(new ApiException(IdentityError.UNAUTHENTICATED));
        }
        return operations
                .read(visitor.tenantCode(), () -> actor(visitor).chain(actor -> photos.find(id)
                        .chain(photo -> photo.isEmpty()
                                ? Uni.createFrom().item(photo)
                                : seen(actor, photo.get())
                                        .call(may -> told(actor, photo.get(), may, ingress))
                                        .map(may -> photo.filter(one -> may)))))
                .map(photo -> photo.orElseThrow(() -> ApiException.notFound("Photo")));
    }

    /** Who looks at another's photo, or tries to, stands in the audit trail. */
    private Uni<Void> told(Actor actor, Photo photo, boolean may, Ingress ingress) {
        if (photo.uploadedBy().equals(actor.subject())) {
            return Uni.createFrom().voidItem();
        }
        AuditOrigin.bind(actor, ingress.requestId(), ingress.client());
        List<UUID> ids = List.of(photo.getId());
        return trail.write(may ? AuditEntry.done(DOWNLOAD, "Photo", ids) : AuditEntry.refused(DOWNLOAD, "Photo", ids));
    }

    private Uni<Boolean> seen(Actor actor, Photo photo) {
        UUID about = photo.getCaseId();
        return about == null
                ? Uni.createFrom().item(photo.uploadedBy().equals(actor.subject()))
                : access.maySee(actor, about);
    }

    private void send(RoutingContext context, Visitor visitor, Photo photo) {
        Optional<ByteRange> asked = ByteRange.of(context.request().getHeader("Range"), photo.bytes());
        ByteRange sent = asked.orElse(new ByteRange(0, photo.bytes()));
        HttpServerResponse response = context.response()
                .putHeader("Content-Type", photo.mediaType())
                .putHeader("Cache-Control", "private, max-age=3600, immutable")
                .putHeader("Accept-Ranges", "bytes")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "default-src 'none'");
        asked.ifPresent(range -> response.setStatusCode(range.length() == 0 ? 416 : 206)
                .putHeader("Content-Range", range.of(photo.bytes())));
        if (sent.length() == 0) {
            response.end();
            return;
        }
        response.sendFile(blobs.file(visitor.tenantCode(), photo.getId()).toString(), sent.from(), sent.length())
                .onFailure(failure -> {
                    if (!response.headWritten()) {
                        List.of("Cache-Control", "Accept-Ranges", "Content-Range")
                                .forEach(response.headers()::remove);
                        replies.refuse(context, JSON, failure);
                    }
                });
    }
}
