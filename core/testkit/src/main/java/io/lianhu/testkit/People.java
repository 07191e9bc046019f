package io.lianhu.testkit;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a county's people as they are made in production, through the API. */
final class People {
    private static final String APPOINT =
            "mutation ($input: PostAppointInput!) { postAppoint(input: $input) { post { id } } }";
    private static final String REGISTER =
            "mutation ($input: ResidentRegisterInput!) { residentRegister(input: $input) { resident { id } } }";
    private static final String APPROVE =
            "mutation ($input: ResidentApproveInput!) { residentApprove(input: $input) { resident { state } } }";

    private final County county;
    private static final String UNIT =
            "mutation ($input: UnitCreateInput!) { unitCreate(input: $input) { unit { id } } }";

    private final Map<String, GraphqlClient> holders = new HashMap<>();
    private final Map<String, String> units = new HashMap<>();
    private final Map<String, String> seats = new HashMap<>();
    private @Nullable GraphqlClient administrator;

    People(County county) {
        this.county = county;
    }

    private Login create() {
        return Login.create(county.host().stack().keycloak());
    }

    private GraphqlClient as(Login login) {
        return county.anonymous().as(login, county.code());
    }

    GraphqlClient stranger() {
        return as(create());
    }

    synchronized GraphqlClient administrator() {
        if (administrator == null) {
            Login login = create();
            county.host().operator().appointAdministrator(county.code(), login);
            administrator = as(login);
        }
        return administrator;
    }

    GraphqlClient cadre(String villageCode) {
        return holder("VILLAGE_CADRE", villageCode);
    }

    GraphqlClient gridWorker(String gridCode) {
        return holder("GRID_WORKER", gridCode);
    }

    GraphqlClient townCentre(String townCode) {
        return holder("TOWN_CENTRE", townCode);
    }

    GraphqlClient countyCentre() {
        return holder("COUNTY_CENTRE", county.code());
    }

    synchronized String unit(String name, String divisionCode) {
        return units.computeIfAbsent(name, fresh -> {
            String id = administrator()
                    .mutate(
                            UNIT,
                            Map.of(
                                    "input",
                                    Map.of(
                                            "name",
                                            fresh,
                                            "kind",
                                            "DEPARTMENT",
                                            "divisionId",
                                            county.divisionId(divisionCode))))
                    .at("/unitCreate/unit/id")
                    .asText();
            seats.put(id, divisionCode);
            return id;
        });
    }

    synchronized GraphqlClient unitOfficer(String unitId) {
        String seat = seats.get(unitId);
        if (seat == null) {
            throw new IllegalArgumentException("Made by nobody here: " + unitId);
        }
        return holder("UNIT_OFFICER", seat, unitId, Map.of("unitId", unitId));
    }

    private GraphqlClient holder(String role, String division) {
        return holder(role, division, role + division, Map.of());
    }

    private synchronized GraphqlClient holder(String role, String division, String key, Map<String, Object> moreInput) {
        GraphqlClient known = holders.get(key);
        if (known != null) {
            return known;
        }
        GraphqlClient holder = appoint(role, division, moreInput);
        holders.put(key, holder);
        return holder;
    }

    GraphqlClient colleague(String villageCode) {
        return appoint("VILLAGE_CADRE", villageCode, Map.of());
    }

    private GraphqlClient appoint(String role, String division, Map<String, Object> moreInput) {
        Login login = create();
        Map<String, Object> input = new HashMap<>(moreInput);
        input.put("subject", login.subject());
        input.put("holderName", login.name());
        input.put("role", role);
        input.put("divisionId", county.divisionId(division));
        administrator().mutate(APPOINT, Map.of("input", input));
        return as(login);
    }

    GraphqlClient resident(String gridOrGroupCode) {
        GraphqlClient gridWorker = gridWorker(gridOrGroupCode.substring(0, 15));
        Login login = create();
        String resident = county.anonymous()
                .as(login, "")
                .mutate(
                        REGISTER,
                        Map.of(
                                "input",
                                Map.of(
                                        "name",
                                        login.name(),
                                        "divisionId",
                                        county.divisionId(gridOrGroupCode),
                                        "address",
                                        "测试路" + Chance.digits(3) + "号",
                                        "noticeVersion",
                                        "1")))
                .at("/residentRegister/resident/id")
                .asText();
        gridWorker.mutate(APPROVE, Map.of("input", Map.of("residentId", resident)));
        login.forgetTokens();
        return as(login);
    }
}
