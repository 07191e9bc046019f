package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.server.post.Recusal;

/** In whose hand a step lies. */
enum Hand {
    /** The resident who reported the case. */
    REPORTER(CasePermissions.REPORT) {
        @Override
        boolean holds(Actor actor, Case about) {
            return about.reporter()
                    .filter(reporter -> CasePermissions.isReporter(actor, reporter.id()))
                    .isPresent();
        }
    },
    /** Whoever has the case to handle. */
    ASSIGNEE(CasePermissions.HANDLE) {
        @Override
        boolean holds(Actor actor, Case about) {
            return CasePermissions.isAssignee(actor, about);
        }
    },
    /** Who dispatches the cases of the place. */
    DISPATCHER(CasePermissions.DISPATCH) {
        @Override
        boolean holds(Actor actor, Case about) {
            return actor.may(CasePermissions.DISPATCH, about.division());
        }
    },
    /** A centre over the place: only it gives work to units. */
    CENTRE(CasePermissions.DISPATCH_UNIT) {
        @Override
        boolean holds(Actor actor, Case about) {
            return actor.may(CasePermissions.DISPATCH_UNIT, about.division());
        }
    },
    /** An officer of a unit that supports. */
    SUPPORTER(CasePermissions.HANDLE) {
        @Override
        boolean holds(Actor actor, Case about) {
            return about.isSupportedBy(actor.units());
        }
    },
    /** Who verifies the cases of the place, and neither reported this one, as anybody of the household, nor handled it. */
    VERIFIER(CasePermissions.VERIFY) {
        @Override
        boolean holds(Actor actor, Case about) {
            return actor.may(CasePermissions.VERIFY, about.division());
        }

        @Override
        void require(Actor actor, Case about) {
            super.require(actor, about);
            about.reporter().ifPresent(reporter -> Recusal.require(actor, reporter.subject(), reporter.household()));
            Recusal.require(actor, about.handledBy());
        }
    },
    /** Who stands over whoever has the case: over a grid worker a cadre, over cadres and units a centre. */
    SUPERIOR(CasePermissions.VERIFY) {
        @Override
        boolean holds(Actor actor, Case about) {
            boolean gridWorkers = about.assignee()
                    .filter(assignee -> assignee.kind() == Assignee.Kind.GRID_WORKER)
                    .isPresent();
            return actor.may(gridWorkers ? CasePermissions.VERIFY : CasePermissions.DISPATCH_UNIT, about.division());
        }
    },
    /** The reporter, or who stands over the case. */
    REPORTER_OR_SUPERIOR(CasePermissions.VERIFY) {
        @Override
        boolean holds(Actor actor, Case about) {
            return REPORTER.holds(actor, about) || VERIFIER.holds(actor, about);
        }

        @Override
        String permission(Actor actor, Case about) {
            return REPORTER.holds(actor, about) ? CasePermissions.REPORT : CasePermissions.VERIFY;
        }
    },
    /** Nobody's: it happens by itself, or with something else. */
    NOBODY("") {
        @Override
        boolean holds(Actor actor, Case about) {
            return false;
        }
    };

    private final String permission;

    Hand(String permission) {
        this.permission = permission;
    }

    abstract boolean holds(Actor actor, Case about);

    /** By which permission the actor, who holds the step, takes it. */
    String permission(Actor actor, Case about) {
        return permission;
    }

    /**
     * Refuses whoever does not hold the step.
     *
     * @throws ApiException {@code FORBIDDEN}, or {@code OWN_AFFAIR}
     */
    void require(Actor actor, Case about) {
        if (!holds(actor, about)) {
            throw ApiException.forbidden(permission);
        }
    }
}
