package io.lianhu.testkit;

import io.lianhu.sdk.Role;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A county that the host serves, with its people. They come into being when they are asked for, by the calls that make them in
 * production: the operator appoints the administrator, who appoints cadres and grid workers, who approve residents.
 */
public final class County {
    private final TestHost host;
    private final String hostName;
    private final People people;
    private final Map<String, String> divisionIds = new ConcurrentHashMap<>();
    private volatile CountyFiles files;

    County(TestHost host, CountyFiles files, String hostName) {
        this.host = host;
        this.files = files;
        this.hostName = hostName;
        this.people = new People(this);
    }

    public TestHost host() {
        return host;
    }

    /** The GB/T 2260 code; a made county's begins with 9. */
    public String code() {
        return files.code();
    }

    /** What a client sends as {@code Host}. */
    public String hostName() {
        return hostName;
    }

    /** The text of the {@code tenant.yaml} that was applied last. */
    public String manifest() {
        return files.manifestText();
    }

    /** Makes these the county's plugins, in the place of those that it had. */
    public void enableOnly(String... plugins) {
        apply(files.enabling(List.of(plugins)));
    }

    /** Lets the county's clients send no more requests than these in a minute. */
    public void limitRequests(int perClient, int perCounty) {
        apply(files.limiting(perClient, perCounty));
    }

    private void apply(CountyFiles changed) {
        host.operator().applyCounty(changed.manifestText(), changed.divisions(), changed.grids());
        files = changed;
    }

    /** The code of a village, the first being 1. Villages that have groups come first, then those with grids alone. */
    public String villageCode(int village) {
        return nth(files.villages(), village, "village");
    }

    /** The code of the town in which the first village lies. */
    public String townCode() {
        return villageCode(1).substring(0, 9);
    }

    /** The code of a grid in a village, the first of each being 1. */
    public String gridCode(int village, int grid) {
        return nth(files.below(villageCode(village), 15), grid, "grid");
    }

    /** The code of a joint-household group in a grid, the first of each being 1. */
    public String groupCode(int village, int grid, int group) {
        return nth(files.below(gridCode(village, grid), 17), group, "group");
    }

    private String nth(List<String> codes, int number, String kind) {
        if (number < 1 || number > codes.size()) {
            throw new IllegalArgumentException(
                    "County " + code() + " has " + codes.size() + " of the kind " + kind + " there, not " + number);
        }
        return codes.get(number - 1);
    }

    /** The id by which the API takes the division of that code. */
    public String divisionId(String divisionCode) {
        return divisionIds.computeIfAbsent(divisionCode, code -> people.administrator()
                .query("query ($code: String!) { division(code: $code) { id } }", Map.of("code", code))
                .at("/division/id")
                .asText());
    }

    /** Somebody without a token. */
    public GraphqlClient anonymous() {
        return GraphqlClient.anonymous(host.first(), hostName);
    }

    /** A new person with a token, but without a post or a record here, and no member of any county. */
    public GraphqlClient stranger() {
        return people.stranger();
    }

    /** The county's administrator (县级管理员); always the same one. */
    public GraphqlClient administrator() {
        return people.administrator();
    }

    /** The cadre (村干部) of a village; always the same one. */
    public GraphqlClient cadre(String villageCode) {
        return people.cadre(villageCode);
    }

    /** Another cadre of a village, beside the one that is always the same; a new one each time. */
    public GraphqlClient colleague(String villageCode) {
        return people.colleague(villageCode);
    }

    /** The grid worker (网格员) of a grid; always the same one. */
    public GraphqlClient gridWorker(String gridCode) {
        return people.gridWorker(gridCode);
    }

    /** Somebody of a town's governance centre (镇(街道)社会治理中心); always the same one. */
    public GraphqlClient townCentre(String townCode) {
        return people.townCentre(townCode);
    }

    /** Somebody of the county's governance centre (县(区)社会治理中心); always the same one. */
    public GraphqlClient countyCentre() {
        return people.countyCentre();
    }

    /** The id of the unit (承办单位) of that name, a department at the county or a town; made when it is asked for first. */
    public String unit(String name, String divisionCode) {
        return people.unit(name, divisionCode);
    }

    /** An officer (承办单位经办人) of a unit made by {@link #unit}; always the same one. */
    public GraphqlClient unitOfficer(String unitId) {
        return people.unitOfficer(unitId);
    }

    /** A new, approved resident (居民) at home in a grid or a group, and head of a household of one. */
    public GraphqlClient resident(String gridOrGroupCode) {
        return people.resident(gridOrGroupCode);
    }

    /** Somebody who holds that role, and no other, somewhere in the first village; not for the operator, who is in no county. */
    public GraphqlClient person(Role role) {
        return switch (role) {
            case RESIDENT -> resident(gridCode(1, 1));
            case GRID_WORKER -> gridWorker(gridCode(1, 1));
            case VILLAGE_CADRE -> cadre(villageCode(1));
            case TOWN_CENTRE -> townCentre(townCode());
            case COUNTY_CENTRE -> countyCentre();
            case UNIT_OFFICER -> unitOfficer(unit("测试区住建局", code()));
            case COUNTY_ADMINISTRATOR -> administrator();
            case OPERATOR -> throw new IllegalArgumentException("An operator is in no county: see TestHost.operator()");
        };
    }

    /** The ids of the plugins that the county enables. */
    public Set<String> plugins() {
        return files.manifest().get("plugins") instanceof Map<?, ?> choices
                ? new LinkedHashSet<>(
                        choices.keySet().stream().map(String::valueOf).toList())
                : Set.of();
    }

    @Override
    public String toString() {
        return "County " + code();
    }
}
