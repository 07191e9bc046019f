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
    private final Map<String, GraphqlClient> holders = new HashMap<>();
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

    private synchronized GraphqlClient holder(String role, String division) {
        GraphqlClient known = holders.get(division);
        if (known != null) {
            return known;
        }
        GraphqlClient holder = appoint(role, division);
        holders.put(division, holder);
        return holder;
    }

    GraphqlClient colleague(String villageCode) {
        return appoint("VILLAGE_CADRE", villageCode);
    }

    private GraphqlClient appoint(String role, String division) {
        Login login = create();
        administrator()
                .mutate(
                        APPOINT,
                        Map.of(
                                "input",
                                Map.of(
                                        "subject", login.subject(),
                                        "holderName", login.name(),
                                        "role", role,
                                        "divisionId", county.divisionId(division))));
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
