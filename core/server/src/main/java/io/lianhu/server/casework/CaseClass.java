package io.lianhu.server.casework;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A class of cases (小类) as one county has it: the baseline's, with what the county has changed.
 *
 * @param group the broad class (大类)
 * @param verification whether a report from outside the administration is verified before it is opened (核实立案)
 * @param petition whether it belongs to the petition offices (信访)
 * @param version how often the county has changed it
 */
public record CaseClass(
        String code,
        Text title,
        Group group,
        CaseClassKind kind,
        boolean enabled,
        boolean verification,
        boolean petition,
        Limit respond,
        Limit reply,
        Limit resolve,
        Limit emergencyRespond,
        Limit emergencyReply,
        Limit emergencyResolve,
        @Nullable String leadUnit,
        int duplicateRadius,
        int duplicateDays,
        int version) {

    /** A text in both languages. */
    public record Text(String chinese, String english) {
        String in(Locale locale) {
            return locale.getLanguage().equals("en") ? english : chinese;
        }
    }

    /** A broad class (大类). */
    public record Group(String code, Text title) {}

    /** The limit of a stage in emergency mode, which runs beside the usual one. */
    Limit emergency(Stage stage) {
        return switch (stage) {
            case RESPOND -> emergencyRespond;
            case REPLY -> emergencyReply;
            case RESOLVE -> emergencyResolve;
        };
    }

    /** What the county has changed last, on top of this, the baseline's. */
    CaseClass changed(CaseClassChange change) {
        String name = change.getName();
        return new CaseClass(
                code,
                name == null ? title : new Text(name, name),
                group,
                kind,
                or(change.getEnabled(), enabled),
                or(change.getVerification(), verification),
                petition,
                or(change.getRespond(), respond),
                or(change.getReply(), reply),
                or(change.getResolve(), resolve),
                or(change.getEmergencyRespond(), emergencyRespond),
                or(change.getEmergencyReply(), emergencyReply),
                or(change.getEmergencyResolve(), emergencyResolve),
                leadUnit,
                or(change.getDuplicateRadius(), duplicateRadius),
                or(change.getDuplicateDays(), duplicateDays),
                change.getVersion());
    }

    private static <T> T or(@Nullable T changed, T inherited) {
        return changed == null ? inherited : changed;
    }
}
