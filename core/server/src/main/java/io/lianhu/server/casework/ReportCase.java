package io.lianhu.server.casework;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.Resident;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.division.GridMap;
import io.lianhu.server.feature.Texts;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.place.Place;
import io.lianhu.server.resident.Telephones;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a case comes in (受理): a resident reports it, or an official records what was found on patrol or told by telephone. */
@Singleton
class ReportCase {

    private final DivisionDirectory divisions;
    private final GridMap map;
    private final CaseClasses classes;
    private final OpenCase open;
    private final Telephones telephones;

    ReportCase(DivisionDirectory divisions, GridMap map, CaseClasses classes, OpenCase open, Telephones telephones) {
        this.divisions = divisions;
        this.map = map;
        this.classes = classes;
        this.open = open;
        this.telephones = telephones;
    }

    /** What was reported. */
    record Report(
            String classCode,
            String description,
            Optional<GlobalId> divisionId,
            Optional<String> place,
            Optional<Double> latitude,
            Optional<Double> longitude,
            Optional<Place.Datum> datum,
            List<GlobalId> photoIds) {

        Report checked() {
            return new Report(
                    classCode,
                    Texts.check(description, 2, 500, "description"),
                    divisionId,
                    place.map(words -> Texts.check(words, 1, 120, "place")),
                    latitude,
                    longitude,
                    datum,
                    photoIds);
        }

        Optional<Place> position() {
            if (latitude.isPresent() != longitude.isPresent()) {
                throw ApiException.invalid("longitude");
            }
            return latitude.map(north -> Place.of(north, longitude.orElseThrow(), datum.orElse(Place.Datum.WGS84)));
        }
    }

    /** A resident reports a case; where no place is named, it is at home. */
    Uni<UUID> report(Call call) {
        Report report = call.input(Report.class).checked();
        Resident resident = call.actor().requireResident();
        Reporter reporter = new Reporter(resident, call.actor().subject());
        return classes.require(report.classCode()).chain(caseClass -> where(report, Optional.of(resident.division()))
                .chain(where -> open.open(
                        new Intake(CaseSource.RESIDENT, caseClass, report, where, reporter, null),
                        call.actor(),
                        CasePermissions.REPORT)));
    }

    /** The input of recording, beside that of a report. */
    record RecordInput(CaseSource source, Optional<String> callerName, Optional<String> callerTelephone) {}

    /** An official records a case of the own division. */
    Uni<UUID> record(Call call) {
        Report report = call.input(Report.class).checked();
        RecordInput input = call.input(RecordInput.class);
        Actor actor = call.actor();
        String permission =
                switch (input.source()) {
                    case PATROL -> CasePermissions.RECORD;
                    case TELEPHONE -> CasePermissions.TAKE_CALLS;
                    case RESIDENT, SENSOR, PARTNER -> throw ApiException.invalid("source");
                };
        Caller caller = caller(input);
        return classes.require(report.classCode()).chain(caseClass -> where(report, Optional.empty())
                .invoke(where -> actor.require(permission, where.code()))
                .chain(where -> open.open(
                        new Intake(input.source(), caseClass, report, where, null, caller), actor, permission)));
    }

    private @Nullable Caller caller(RecordInput input) {
        boolean called = input.source() == CaseSource.TELEPHONE;
        if (input.callerName().isPresent() != called) {
            throw ApiException.invalid("callerName");
        }
        if (input.callerTelephone().isPresent() != called) {
            throw ApiException.invalid("callerTelephone");
        }
        if (!called) {
            return null;
        }
        String name = Texts.check(input.callerName().orElseThrow(), 1, 40, "callerName");
        Telephones.Sealed telephone = telephones.seal(
                Operation.current().tenant(), input.callerTelephone().orElseThrow(), "callerTelephone");
        return new Caller(name, telephone.envelope(), telephone.digest());
    }

    /** The division that was named, anywhere in the county; else the grid at the position; else the given one. */
    private Uni<Divisions.Division> where(Report report, Optional<DivisionCode> otherwise) {
        Uni<Divisions.Division> found = report.divisionId().isPresent()
                ? divisions.require(report.divisionId().get().of("Division"))
                : drawn(report)
                        .chain(grid -> divisions.require(
                                grid.or(() -> otherwise).orElseThrow(() -> ApiException.invalid("divisionId"))));
        return found.invoke(where -> {
            if (where.code().value().length() < 12) {
                throw ApiException.invalid("divisionId");
            }
        });
    }

    /** Where the grids are not drawn, a position may still lie in a town's shape, which says too little. */
    private Uni<Optional<DivisionCode>> drawn(Report report) {
        Optional<Place> position = report.position();
        return position.isEmpty()
                ? Uni.createFrom().item(Optional.empty())
                : map.at(position.get()).map(found -> found.map(Divisions.Division::code)
                        .filter(code -> code.value().length() >= 12));
    }
}
