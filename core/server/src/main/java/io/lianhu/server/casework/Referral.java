package io.lianhu.server.casework;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a case that is a petition (信访), and what the reporter is told.
 *
 * @param to who has it now
 * @param reason why it is no case
 */
public record Referral(String to, String reason, String notice) {

    static @Nullable Referral of(Case about, Locale locale) {
        String to = about.getReferredTo();
        String reason = about.getClosingWords();
        return to == null || reason == null ? null : new Referral(to, reason, notice(to, locale));
    }

    /** The rule by which the petition goes on: 信访工作条例, articles 22, 23 and 34. */
    private static String notice(String to, Locale locale) {
        return locale.getLanguage().equals("en")
                ? "What you reported is a petition and was referred to " + to
                        + ". Under the Regulations on Petition Work it is registered and answered within 15 days, and finished within 60"
                        + " days from acceptance; once, with reasons given, this may be extended by up to 30 days."
                : "您反映的事项属于信访事项，已转送" + to + "。根据《信访工作条例》，有关机关、单位应当自收到之日起15日内告知您是否受理，自受理之日起60日内办结；情况复杂的，"
                        + "经批准可以延长一次，延长期限不超过30日，并告知您延长理由。";
    }
}
