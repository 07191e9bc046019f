package io.lianhu.server.transfer;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.signal.Signals;
import io.lianhu.server.web.ErrorTexts;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Imports and exports, over GraphQL. Each is seen by who began it, and by nobody else. */
@Singleton
class TransferFeature implements CoreFeature {

    static final String USE = "transfers:use";

    /** To fetch what one began oneself. */
    static final String FOLLOW = "transfers:follow";

    private final Transfers transfers;
    private final Signals signals;
    private final Provider<ErrorTexts> texts;

    TransferFeature(Transfers transfers, Signals signals, Provider<ErrorTexts> texts) {
        this.transfers = transfers;
        this.signals = signals;
        this.texts = texts;
    }

    @Override
    public String schema() {
        return "transfer";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(USE, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR),
                Permission.of(
                        FOLLOW,
                        Role.RESIDENT,
                        Role.VILLAGE_CADRE,
                        Role.TOWN_CENTRE,
                        Role.COUNTY_CENTRE,
                        Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Transfer", this::load)
                .query("transfers", this::list)
                .query("transferFaults", this::faults)
                .field("Transfer", "failure", this::failure)
                .field("Transfer", "fileUrl", this::url)
                .field("TransferFault", "message", this::message)
                .mutation("importStart", this::start)
                .mutation("importConfirm", this::confirm)
                .mutation("importDiscard", this::discard);
    }

    @Override
    public Map<String, Subscription> subscriptions() {
        return Map.of("transferProgress", this::progress);
    }

    private Uni<Map<UUID, Transfer>> load(Set<UUID> ids, Call call) {
        return TransferJobs.load(ids.toArray(UUID[]::new), call.actor().subject())
                .map(rows -> rows.stream().collect(Collectors.toMap(Transfer::id, Function.identity())));
    }

    private Uni<Transfer> own(UUID id, Call call) {
        return load(Set.of(id), call)
                .map(found -> Optional.ofNullable(found.get(id)).orElseThrow(() -> ApiException.notFound("Transfer")));
    }

    private Uni<Multi<UUID>> progress(Call call) {
        UUID id = call.id("id", "Transfer");
        String topic = Transfers.topic(Operation.current().tenant(), id);
        return own(id, call).map(found -> Multi.createBy()
                .merging()
                .streams(
                        signals.stream(topic).map(UUID::fromString),
                        Multi.createFrom().item(id)));
    }

    private Uni<Connection<Transfer>> list(Call call) {
        PageRequest page = call.page();
        return TransferJobs.list(call.actor().subject(), page).map(rows -> Connection.of(rows, page, Transfer::id));
    }

    private Uni<Connection<TransferJobs.KeptFault>> faults(Call call) {
        PageRequest page = call.page();
        UUID id = call.id("transferId", "Transfer");
        return own(id, call)
                .chain(() -> TransferJobs.faults(id, page))
                .map(rows -> Connection.of(rows, page, TransferJobs.KeptFault::id));
    }

    /** A code as it was kept. */
    private record KeptCode(String name) implements ErrorCode {
        @Override
        public ErrorType type() {
            return ErrorType.INVALID_INPUT;
        }
    }

    private String text(String code, String detail, Call call) {
        return texts.get()
                .text(
                        new ApiException(new KeptCode(code), Map.of("field", detail, "detail", detail, "most", detail)),
                        call.locale());
    }

    private Uni<String> message(Call call) {
        TransferJobs.KeptFault fault = call.source();
        return Uni.createFrom().item(text(fault.code(), fault.heading(), call));
    }

    private Uni<Optional<String>> failure(Call call) {
        Transfer transfer = call.source();
        String detail = transfer.detail();
        return Uni.createFrom()
                .item(Optional.ofNullable(transfer.failure())
                        .map(code -> text(code, detail == null ? "" : detail, call)));
    }

    private Uni<@Nullable String> url(Call call) {
        Transfer transfer = call.source();
        UUID file = transfer.fileId();
        return Uni.createFrom()
                .item(
                        transfer.state() == TransferState.DONE && file != null
                                ? "/transfers/" + new GlobalId("TransferFile", file).encode()
                                : null);
    }

    /** The input of a start. */
    record StartInput(String kind, GlobalId fileId) {}

    private Uni<UUID> start(Call call) {
        StartInput input = call.input(StartInput.class);
        ImportKind<?> kind = transfers.importKind(input.kind()).orElseThrow(() -> ApiException.invalid("kind"));
        UUID file = input.fileId().of("TransferFile");
        String subject = call.actor().subject();
        Operation.current().afterCommit(transfers::sweep);
        return TransferFiles.claim(file, subject)
                .chain(() -> TransferJobs.begin(
                        kind.name(), TransferState.CHECKING, subject, scopes(kind, call), new JsonObject(), file));
    }

    private static List<DivisionCode> scopes(ImportKind<?> kind, Call call) {
        List<DivisionCode> scopes = call.actor().scopes(kind.permission());
        if (scopes.isEmpty()) {
            throw ApiException.forbidden(kind.permission());
        }
        return scopes;
    }

    /** The input of a confirmation. */
    record ConfirmInput(GlobalId transferId, ImportMode mode) {}

    /** Confirmed again, it is confirmed once; but not otherwise than before. */
    private Uni<UUID> confirm(Call call) {
        ConfirmInput input = call.input(ConfirmInput.class);
        UUID id = input.transferId().of("Transfer");
        Operation.current().afterCommit(transfers::sweep);
        return own(id, call).chain(known -> {
            ImportKind<?> kind =
                    transfers.importKind(known.kind()).orElseThrow(() -> ApiException.notFound("Transfer"));
            if (known.state() == TransferState.CHECKED && input.mode() == ImportMode.ALL && known.faults() > 0) {
                throw new ApiException(TransferError.TRANSFER_FAULTY);
            }
            return TransferJobs.confirm(id, input.mode(), scopes(kind, call))
                    .chain(confirmed -> confirmed
                            ? Uni.createFrom().item(id)
                            : own(id, call).map(now -> sameAsBefore(now, input.mode())));
        });
    }

    private static UUID sameAsBefore(Transfer transfer, ImportMode mode) {
        boolean confirmed = transfer.state() == TransferState.COMMITTING || transfer.state() == TransferState.DONE;
        if (!confirmed || !mode.name().equals(transfer.mode())) {
            throw new ApiException(TransferError.TRANSFER_STATE, Map.of("state", transfer.state()));
        }
        return transfer.id();
    }

    /** The input of giving one up. */
    record DiscardInput(GlobalId transferId) {}

    private Uni<UUID> discard(Call call) {
        UUID id = call.input(DiscardInput.class).transferId().of("Transfer");
        return own(id, call).chain(() -> TransferJobs.discard(id)).chain(discarded -> own(id, call)
                .map(now -> {
                    if (!discarded) {
                        throw new ApiException(TransferError.TRANSFER_STATE, Map.of("state", now.state()));
                    }
                    return id;
                }));
    }
}
