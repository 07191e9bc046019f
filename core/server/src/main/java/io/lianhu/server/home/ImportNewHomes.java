package io.lianhu.server.home;

import io.lianhu.server.division.DivisionDirectory;
import jakarta.inject.Singleton;

/** Imports homes that are not recorded yet: one that is, is a fault, and no building is changed. */
@Singleton
class ImportNewHomes extends ImportHomes {

    ImportNewHomes(DivisionDirectory divisions) {
        super(divisions);
    }

    @Override
    public String name() {
        return "NEW_HOMES";
    }

    @Override
    boolean updates() {
        return false;
    }
}
