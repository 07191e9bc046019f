package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import java.util.List;
import java.util.UUID;

/** Who may do what with cases. */
final class CasePermissions {

    static final String READ = "cases:read";
    static final String READ_ALL = "cases:read-all";
    static final String REPORT = "cases:report";
    static final String DISPATCH = "cases:dispatch";
    static final String HANDLE = "cases:handle";
    static final String VERIFY = "cases:verify";

    static final List<Permission> ALL = List.of(
            Permission.of(READ, Role.RESIDENT, Role.GRID_WORKER, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR),
            Permission.of(READ_ALL, Role.GRID_WORKER, Role.VILLAGE_CADRE, Role.COUNTY_ADMINISTRATOR),
            Permission.of(REPORT, Role.RESIDENT),
            Permission.of(DISPATCH, Role.VILLAGE_CADRE),
            Permission.of(HANDLE, Role.GRID_WORKER),
            Permission.of(VERIFY, Role.VILLAGE_CADRE));

    private CasePermissions() {}

    /** Whether the actor may see the case: as its reporter, as who handles it, or by a post over its division. */
    static boolean maySee(Actor actor, Case about) {
        return actor.subject().equals(about.reporterSubject())
                || actor.subject().equals(about.assigneeSubject())
                || actor.may(READ_ALL, about.division());
    }

    /** Whether the reporter is this actor's own resident record. */
    static boolean isReporter(Actor actor, UUID reporter) {
        return actor.residentId().filter(reporter::equals).isPresent();
    }

    /** For what is done by who it is with, for as long as that person holds a grid worker's post in the case's village. */
    static boolean isAssignee(Actor actor, Case about) {
        DivisionCode village = about.division().village();
        return actor.subject().equals(about.assigneeSubject())
                && actor.scopes(HANDLE).stream().anyMatch(village::contains);
    }
}
