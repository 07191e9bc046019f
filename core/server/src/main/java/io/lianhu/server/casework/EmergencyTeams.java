package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.emergency.EmergencyDeclared;
import io.lianhu.sdk.emergency.EmergencyEnded;
import io.lianhu.server.division.DivisionDirectory;
import io.lianhu.server.duty.DutyRoster;
import io.lianhu.server.emergency.EmergencyMode;
import io.lianhu.server.message.MessageDraft;
import io.lianhu.server.message.MessageKind;
import io.lianhu.server.message.SendMessages;
import io.lianhu.server.message.Wording;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells emergency teams (应急队伍) what they have to know, at night too: that there is an emergency, and each case that they are given. */
@Singleton
public class EmergencyTeams {

    private final Dispatching dispatching;
    private final DutyRoster roster;
    private final DivisionDirectory divisions;
    private final SendMessages messages;
    private final EmergencyMode mode;

    EmergencyTeams(
            Dispatching dispatching,
            DutyRoster roster,
            DivisionDirectory divisions,
            SendMessages messages,
            EmergencyMode mode) {
        this.dispatching = dispatching;
        this.roster = roster;
        this.divisions = divisions;
        this.messages = messages;
        this.mode = mode;
    }

    Uni<Void> declared(EmergencyDeclared event) {
        return tell("emergency-declared", event.division(), event.reason(), event.emergencyId());
    }

    Uni<Void> ended(EmergencyEnded event) {
        return tell("emergency-ended", event.division(), event.reason(), event.emergencyId());
    }

    private Uni<Void> tell(String template, DivisionCode place, String reason, UUID emergency) {
        return dispatching
                .teams(place)
                .chain(teams -> teams.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : divisions
                                .require(place)
                                .chain(where -> send(
                                        teams,
                                        Wording.core(template, Map.of("place", where.name(), "reason", reason)),
                                        new GlobalId("Emergency", emergency))));
    }

    /** Tells the team that has the case of it; nobody where no team has it. */
    Uni<Void> given(Case about) {
        return about.assignee()
                .filter(Assignee::isTeam)
                .map(team -> send(
                        Set.of(Objects.requireNonNull(team.unit())),
                        Wording.core("emergency-case", Map.of("number", about.getNumber(), "team", team.name())),
                        new GlobalId("Case", about.getId())))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** Whether a case that goes on may go back to who had it: not to a team that was to give back what it had when the emergency ended. */
    public Uni<Boolean> mayHave(Case about, ClockBasis basis) {
        boolean team = about.assignee().filter(Assignee::isTeam).isPresent();
        return team && basis.emergencySince(about.division()) == null
                ? mode.lastReturnedCases(about.division()).map(returned -> !returned)
                : Uni.createFrom().item(true);
    }

    private Uni<Void> send(Set<UUID> teams, Wording wording, @Nullable GlobalId about) {
        return roster.members(teams)
                .chain(members -> members.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : messages.toSubjects(new MessageDraft(MessageKind.CASE, "core", wording, true, about), members)
                                .replaceWithVoid());
    }
}
