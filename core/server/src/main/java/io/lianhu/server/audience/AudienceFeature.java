package io.lianhu.server.audience;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.Connection;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.PageRequest;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.Residents;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.resident.ResidentRecord;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tags and audiences, over GraphQL. */
@Singleton
class AudienceFeature implements CoreFeature {

    static final String MANAGE = "tags:manage";
    static final String ASSIGN = "tags:assign";

    private final Tags tags;
    private final Audiences audiences;
    private final SavedAudiences saved;
    private final Residents residents;

    AudienceFeature(Tags tags, Audiences audiences, SavedAudiences saved, Residents residents) {
        this.tags = tags;
        this.audiences = audiences;
        this.saved = saved;
        this.residents = residents;
    }

    @Override
    public String schema() {
        return "audience";
    }

    @Override
    public List<Class<?>> entities() {
        return List.of(Tag.class);
    }

    @Override
    public List<Permission> permissions() {
        return Audiences.PERMISSIONS;
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Tag", (ids, call) -> tags.load(ids, call.actor())
                        .map(found -> found.values().stream().collect(Collectors.toMap(Tag::getId, TagView::of))))
                .query("tags", this::list)
                .query("audiencePreview", this::preview)
                .query("audienceResidents", this::members)
                .node("SavedAudience", (ids, call) -> saved.load(ids, call.actor()))
                .query("savedAudiences", this::listSaved)
                .field("Criterion", "tagId", call -> Uni.createFrom()
                        .item(call.<Criterion>source().tagId().map(GlobalId::encode)))
                .batch("Resident", "tags", this::tags)
                .mutation("audienceSave", this::saveAudience)
                .mutation(
                        "audienceRemove",
                        call -> saved.remove(
                                call.input(RemoveInput.class).audienceId().of("SavedAudience"), call.actor()))
                .mutation("tagSave", this::save)
                .mutation(
                        "tagRetire",
                        call -> tags.retire(
                                call.input(RetireInput.class).tagId().of("Tag"), call.actor()))
                .mutation("residentTag", this::assign);
    }

    /** A tag as it is shown. */
    public record TagView(
            UUID id, String name, @Nullable Criteria rule, boolean confidential, boolean retired, int version) {
        static TagView of(Tag tag) {
            return new TagView(
                    tag.getId(), tag.name(), tag.rule().orElse(null), tag.confidential(), tag.retired(), tag.version());
        }
    }

    private Uni<Connection<TagView>> list(Call call) {
        PageRequest page = call.page();
        return tags.list(page, call.argument("includeRetired", Boolean.class).orElse(false), call.actor())
                .map(rows -> Connection.of(rows.stream().map(TagView::of).toList(), page, TagView::id));
    }

    private Uni<Map<ResidentRecord, List<TagView>>> tags(List<ResidentRecord> sources, Call call) {
        Actor actor = call.actor();
        Set<UUID> seen = sources.stream()
                .filter(one -> actor.may(Tags.READ, new DivisionCode(one.getDivisionCode())))
                .map(ResidentRecord::getId)
                .collect(Collectors.toSet());
        return tags.of(seen, actor).map(found -> {
            Map<ResidentRecord, List<TagView>> result = new HashMap<>();
            sources.forEach(one -> result.put(
                    one,
                    found.getOrDefault(one.getId(), List.of()).stream()
                            .filter(tag -> Tags.mayRead(tag, new DivisionCode(one.getDivisionCode()), actor))
                            .map(TagView::of)
                            .toList()));
            return result;
        });
    }

    private Uni<Audiences.Preview> preview(Call call) {
        return audiences
                .target(call.required("audience", Audiences.Asked.class), Audiences.USE, call.actor())
                .chain(audiences::preview);
    }

    private Uni<Connection<SavedAudiences.Saved>> listSaved(Call call) {
        PageRequest page = call.page();
        return saved.list(page, call.actor()).map(rows -> Connection.of(rows, page, SavedAudiences.Saved::id));
    }

    /** A saved audience as it is to be. */
    record SaveAudienceInput(
            Optional<GlobalId> audienceId, String name, Audiences.Asked audience, Optional<Integer> version) {}

    private Uni<UUID> saveAudience(Call call) {
        SaveAudienceInput input = call.input(SaveAudienceInput.class);
        String name = Texts.check(input.name(), 1, 40, "name");
        return audiences
                .target(input.audience(), Audiences.USE, call.actor())
                .chain(target -> input.audienceId().isPresent()
                        ? saved.change(
                                input.audienceId().get().of("SavedAudience"),
                                input.version(),
                                name,
                                target,
                                call.actor())
                        : saved.add(name, target, call.actor()));
    }

    /** Which saved audience. */
    record RemoveInput(GlobalId audienceId) {}

    /** One row of a page: the resident is loaded by its id, with all others of the page. */
    public record Member(UUID nodeId, String cursor) {}

    /** A page of them. */
    public record Members(List<Member> edges, Connection.PageInfo pageInfo) {}

    private Uni<Members> members(Call call) {
        PageRequest page = call.page();
        return audiences
                .residents(call.required("audience", Audiences.Asked.class), page, call.actor())
                .map(ids -> {
                    Connection<UUID> rows = Connection.of(ids, page, id -> id);
                    return new Members(
                            rows.edges().stream()
                                    .map(edge -> new Member(edge.node(), edge.cursor()))
                                    .toList(),
                            rows.pageInfo());
                });
    }

    /** A rule as it was written. */
    record RuleInput(Optional<List<Criterion>> all, Optional<List<Criterion>> any, Optional<List<Criterion>> none) {
        Criteria checked() {
            Criteria criteria = Criteria.checked(all, any, none);
            if (!criteria.tags().isEmpty() || criteria.equals(Criteria.NONE)) {
                throw ApiException.invalid("rule");
            }
            return criteria;
        }
    }

    /** A tag as it is to be. */
    record SaveInput(
            Optional<GlobalId> tagId,
            String name,
            Optional<RuleInput> rule,
            Optional<Boolean> confidential,
            Optional<Integer> version) {}

    private Uni<UUID> save(Call call) {
        SaveInput input = call.input(SaveInput.class);
        Tags.Wanted wanted = new Tags.Wanted(
                Texts.check(input.name(), 1, 20, "name"),
                input.rule().map(RuleInput::checked),
                input.confidential().orElse(false));
        return input.tagId().isPresent()
                ? tags.change(input.tagId().get().of("Tag"), input.version(), wanted, call.actor())
                : tags.add(wanted);
    }

    /** Which tag. */
    record RetireInput(GlobalId tagId) {}

    /** A tag for a resident. */
    record AssignInput(GlobalId residentId, GlobalId tagId, boolean present) {}

    private Uni<UUID> assign(Call call) {
        AssignInput input = call.input(AssignInput.class);
        UUID id = input.residentId().of("Resident");
        Actor actor = call.actor();
        return residents.byIds(Set.of(id)).chain(found -> {
            Resident resident = found.get(id);
            if (resident == null || !actor.may(ASSIGN, resident.division())) {
                throw ApiException.notFound("Resident");
            }
            return tags.assign(input.tagId().of("Tag"), id, resident.division(), input.present(), actor)
                    .replaceWith(id);
        });
    }
}
