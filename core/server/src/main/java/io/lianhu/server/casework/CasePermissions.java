package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.resident.Acquaintance;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Who may do what with cases. */
public final class CasePermissions {

    static final String READ = "cases:read";
    static final String READ_ALL = "cases:read-all";
    static final String REPORT = "cases:report";
    static final String DISPATCH = "cases:dispatch";
    public static final String DISPATCH_UNIT = "cases:dispatch-unit";
    public static final String HANDLE = "cases:handle";
    static final String HANDLE_GRID = "cases:handle-grid";
    static final String HANDLE_VILLAGE = "cases:handle-village";
    static final String RECORD = "cases:record";
    static final String TAKE_CALLS = "cases:take-calls";
    public static final String VERIFY = "cases:verify";
    static final String CONFIGURE = "cases:configure";

    static final List<Permission> ALL = List.of(
            Permission.of(
                    READ,
                    Role.RESIDENT,
                    Role.GRID_WORKER,
                    Role.VILLAGE_CADRE,
                    Role.TOWN_CENTRE,
                    Role.COUNTY_CENTRE,
                    Role.UNIT_OFFICER,
                    Role.COUNTY_ADMINISTRATOR),
            Permission.of(
                    READ_ALL,
                    Role.GRID_WORKER,
                    Role.VILLAGE_CADRE,
                    Role.TOWN_CENTRE,
                    Role.COUNTY_CENTRE,
                    Role.COUNTY_ADMINISTRATOR),
            Permission.of(REPORT, Role.RESIDENT),
            Permission.of(DISPATCH, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE),
            Permission.of(DISPATCH_UNIT, Role.TOWN_CENTRE, Role.COUNTY_CENTRE),
            Permission.of(HANDLE, Role.GRID_WORKER, Role.VILLAGE_CADRE, Role.UNIT_OFFICER),
            Permission.of(HANDLE_GRID, Role.GRID_WORKER),
            Permission.of(HANDLE_VILLAGE, Role.VILLAGE_CADRE),
            Permission.of(RECORD, Role.GRID_WORKER, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE),
            Permission.of(TAKE_CALLS, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE),
            Permission.of(VERIFY, Role.VILLAGE_CADRE, Role.TOWN_CENTRE, Role.COUNTY_CENTRE),
            Permission.of(CONFIGURE, Role.COUNTY_ADMINISTRATOR));

    private CasePermissions() {}

    /** Whether the actor may see the case: as its reporter, as who has it, supports it or passed it on, or by a post over its division. */
    public static boolean maySee(Actor actor, Case about) {
        return about.reporter()
                        .filter(reporter -> actor.subject().equals(reporter.subject()))
                        .isPresent()
                || isAssignee(actor, about)
                || about.isSupportedBy(actor.units())
                || actor.subject().equals(about.passedOnBy()) && actor.may(HANDLE)
                || actor.may(READ_ALL, about.division());
    }

    /** Whether the actor may read what is said between those who handle the case: as who has it, or by a post over its division. */
    public static boolean isOfficial(Actor actor, Case about) {
        return isAssignee(actor, about) || actor.may(READ_ALL, about.division());
    }

    /** Whether the actor may know who reported the case: as with any resident, by the home at the time. */
    static boolean mayKnowReporter(Actor actor, Case about) {
        return about.reporter()
                .filter(reporter ->
                        Acquaintance.mayKnow(actor, reporter.subject(), reporter.household(), reporter.division()))
                .isPresent();
    }

    /** Whether the reporter is this actor's own resident record. */
    static boolean isReporter(Actor actor, UUID reporter) {
        return actor.residentId().filter(reporter::equals).isPresent();
    }

    /**
     * Whether the case is with the actor: with a grid worker for as long as that person holds such a post in the case's village; with the
     * village's cadres, or a unit's officers, whoever they are.
     */
    static boolean isAssignee(Actor actor, Case about) {
        return about.assignee()
                .filter(assignee -> switch (assignee.kind()) {
                    case GRID_WORKER ->
                        actor.subject().equals(assignee.subject())
                                && villages(actor)
                                        .contains(about.division().village().value());
                    case VILLAGE -> actor.may(HANDLE_VILLAGE, about.division());
                    case UNIT -> actor.units().contains(assignee.unit());
                })
                .isPresent();
    }

    /** The codes of the villages in which the actor may have a case as a grid worker. */
    static Set<String> villages(Actor actor) {
        return actor.scopes(HANDLE_GRID).stream()
                .map(grid -> grid.village().value())
                .collect(Collectors.toSet());
    }
}
