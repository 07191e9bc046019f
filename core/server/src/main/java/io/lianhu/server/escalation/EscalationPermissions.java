package io.lianhu.server.escalation;

import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import java.util.List;

/** Who may do what with escalations. */
final class EscalationPermissions {

    static final String READ = "escalations:read";
    static final String ACKNOWLEDGE = "escalations:acknowledge";
    static final String CONFIGURE = "escalations:configure";

    static final List<Permission> ALL = List.of(
            Permission.of(READ, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR),
            Permission.of(
                    ACKNOWLEDGE, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR),
            Permission.of(CONFIGURE, Role.COUNTY_ADMINISTRATOR));

    private EscalationPermissions() {}
}
