package io.lianhu.points;

import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import java.util.List;

/** What may be allowed in village points (权限), and to whom. */
public final class PointsPermissions {

    /** One's own accounts; the rules, goods and honour roll of one's village; the points of a case. */
    public static final String READ = "points:read";

    /** Reserving goods for points, and seeing one's reservations. */
    public static final String REDEEM = "points:redeem";

    /** Cancelling a reservation: one's household's own, or, as a cadre, any of the village. */
    public static final String CANCEL = "points:cancel";

    /** Setting the rules and the goods of a village. */
    public static final String MANAGE = "points:manage";

    /** Awarding points by hand, and reversing an award. */
    public static final String AWARD = "points:award";

    /** Handing over reserved goods. */
    public static final String HAND_OVER = "points:hand-over";

    /** Every account of a village. */
    public static final String READ_ALL = "points:read-all";

    /** Having the ledger prove itself. */
    public static final String CHECK = "points:check";

    static final List<Permission> ALL = List.of(
            Permission.of(
                    READ,
                    Role.RESIDENT,
                    Role.GRID_WORKER,
                    Role.VILLAGE_CADRE,
                    Role.TOWN_CENTRE,
                    Role.COUNTY_CENTRE,
                    Role.COUNTY_ADMINISTRATOR),
            Permission.of(REDEEM, Role.RESIDENT),
            Permission.of(CANCEL, Role.RESIDENT, Role.VILLAGE_CADRE),
            Permission.of(MANAGE, Role.VILLAGE_CADRE),
            Permission.of(AWARD, Role.VILLAGE_CADRE),
            Permission.of(HAND_OVER, Role.VILLAGE_CADRE),
            Permission.of(
                    READ_ALL, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR),
            Permission.of(CHECK, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR));

    private PointsPermissions() {}
}
