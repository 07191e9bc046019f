package io.lianhu.server.count;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.division.Division;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Counts of cases, over GraphQL. */
@Singleton
class CountFeature implements CoreFeature {

    private static final String READ = "counts:read";
    private static final String CHECK = "counts:check";

    private static final int VILLAGE = 12;

    private final CaseCounts counts;
    private final DivisionDirectory divisions;
    private final Signals signals;

    CountFeature(CaseCounts counts, DivisionDirectory divisions, Signals signals) {
        this.counts = counts;
        this.divisions = divisions;
        this.signals = signals;
    }

    @Override
    public String schema() {
        return "count";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(
                Permission.of(
                        READ, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR),
                Permission.of(CHECK, Role.COUNTY_ADMINISTRATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.batch("Division", "caseCounts", this::count).query("caseCountCheck", call -> counts.faults());
    }

    @Override
    public Map<String, Subscription> subscriptions() {
        return Map.of("caseCountsChanged", this::follow);
    }

    private Uni<Map<Division, List<CaseCounts.Count>>> count(List<Division> sources, Call call) {
        CaseCounts.Question question = new CaseCounts.Question(
                call.required("measure", CaseCounts.Measure.class),
                Set.copyOf(List.of(call.required("by", CaseCounts.By[].class))),
                call.argument("classCode", String.class),
                call.argument("from", LocalDate.class),
                call.argument("to", LocalDate.class));
        List<DivisionCode> codes = sources.stream()
                .map(source -> new DivisionCode(source.getCode()))
                .toList();
        codes.forEach(code -> require(call, code));
        return counts.of(codes, question).map(found -> {
            Map<Division, List<CaseCounts.Count>> result = new HashMap<>();
            sources.forEach(
                    source -> result.put(source, found.getOrDefault(new DivisionCode(source.getCode()), List.of())));
            return result;
        });
    }

    private static void require(Call call, DivisionCode code) {
        call.actor().require(READ, code);
        if (code.value().length() > VILLAGE) {
            throw ApiException.invalid("division"); // nothing is counted below villages
        }
    }

    private Uni<Multi<UUID>> follow(Call call) {
        UUID id = call.id("divisionId", "Division");
        String topic = CountRollup.topic(Operation.current().tenant());
        return divisions.require(id).map(division -> {
            require(call, division.code());
            return Multi.createBy()
                    .merging()
                    .streams(
                            signals.stream(topic).map(changed -> id),
                            Multi.createFrom().item(id));
        });
    }
}
