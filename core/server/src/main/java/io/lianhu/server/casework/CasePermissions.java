package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Resident;
import io.lianhu.sdk.Role;
import io.lianhu.server.resident.Acquaintance;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Who may do what with cases. */
final class CasePermissions {

    static final String READ = "cases:read";
    static final String READ_ALL = "cases:read-all";
    static final String REPORT = "cases:report";
    static final String DISPATCH = "cases:dispatch";
    static final String HANDLE = "cases:handle";
    static final String VERIFY = "cases:verify";
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
            Permission.of(DISPATCH, Role.VILLAGE_CADRE),
            Permission.of(HANDLE, Role.GRID_WORKER),
            Permission.of(VERIFY, Role.VILLAGE_CADRE),
            Permission.of(CONFIGURE, Role.COUNTY_ADMINISTRATOR));

    private CasePermissions() {}

    /** Whether the actor may see the case: as its reporter, as who handles it, or by a post over its division. */
    static boolean maySee(Actor actor, Case about) {
        return actor.subject().equals(about.reporterSubject())
                || isAssignee(actor, about)
                || actor.may(READ_ALL, about.division());
    }

    /** Whether the actor may know who reported the case: as with any resident, by the home at the time. */
    static boolean mayKnowReporter(Actor actor, Case about) {
        Resident reporter = about.reporter();
        return Acquaintance.mayKnow(actor, about.reporterSubject(), reporter.household(), reporter.division());
    }

    /** Whether the reporter is this actor's own resident record. */
    static boolean isReporter(Actor actor, UUID reporter) {
        return actor.residentId().filter(reporter::equals).isPresent();
    }

    /** For what is done by who it is with, for as long as that person holds a grid worker's post in the case's village. */
    static boolean isAssignee(Actor actor, Case about) {
        return actor.subject().equals(about.assigneeSubject())
                && villages(actor).contains(about.division().village().value());
    }

    /** The codes of the villages in which the actor may be an assignee. */
    static Set<String> villages(Actor actor) {
        return actor.scopes(HANDLE).stream().map(grid -> grid.village().value()).collect(Collectors.toSet());
    }
}
