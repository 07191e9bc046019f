package io.lianhu.server.personaldata;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.audit.AuditEntry;
import io.lianhu.server.audit.AuditTrail;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.message.MessageDraft;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.message.Wording;
import io.lianhu.server.transfer.Transfers;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A copy of all that is held on a person (个人信息查阅复制), over GraphQL; made as an export, and fetched as one. */
@Singleton
class ExportFeature implements CoreFeature {

    private static final String EXPORT = "personal-data:export";
    private static final String FOR_OTHERS = "personal-data:export-for-others";

    private final Transfers transfers;
    private final AuditTrail trail;
    private final SendMessages messages;

    ExportFeature(Transfers transfers, AuditTrail trail, SendMessages messages) {
        this.transfers = transfers;
        this.trail = trail;
        this.messages = messages;
    }

    @Override
    public String schema() {
        return "personaldata";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(EXPORT, Role.RESIDENT, Role.COUNTY_ADMINISTRATOR),
                Permission.of(FOR_OTHERS, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.mutation("personalDataExport", this::export);
    }

    /** The input of an export. */
    record ExportInput(Optional<GlobalId> residentId, Optional<String> reason) {}

    private Uni<UUID> export(Call call) {
        ExportInput input = call.input(ExportInput.class);
        Actor actor = call.actor();
        UUID id = input.residentId().map(given -> given.of("Resident")).orElseGet(() -> actor.requireResident()
                .id());
        return Persons.find(id).map(found -> Persons.known(found, actor)).chain(found -> {
            Persons.Standing standing = found.standing(actor);
            if (standing == Persons.Standing.SELF) {
                return begin(actor, found, false)
                        .call(() -> trail.write(AuditEntry.done("PersonalData.export", "Resident", List.of(id))));
            }
            if (standing == Persons.Standing.OTHER) {
                actor.require(FOR_OTHERS, found.home());
            }
            String reason =
                    Texts.check(input.reason().orElseThrow(() -> ApiException.invalid("reason")), 2, 200, "reason");
            return begin(actor, found, standing == Persons.Standing.OTHER)
                    .call(() -> trail.write(AuditEntry.done("PersonalData.export", "Resident", List.of(id))
                            .because(reason)))
                    .call(() -> messages.toResidents(
                            MessageDraft.of(
                                    MessageKind.SYSTEM,
                                    Wording.core("personaldata.exported", Map.of("reason", reason)),
                                    new GlobalId("Resident", id)),
                            List.of(id)));
        });
    }

    private Uni<UUID> begin(Actor actor, Persons.Found found, boolean masked) {
        // who asks by a post has the copy for as long as the post
        return transfers.export(
                PersonalDataArchive.NAME,
                actor,
                masked ? List.of(found.home()) : List.of(),
                PersonalDataArchive.request(found.id(), masked));
    }
}
