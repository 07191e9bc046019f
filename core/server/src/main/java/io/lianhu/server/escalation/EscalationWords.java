package io.lianhu.server.escalation;

import io.lianhu.server.escalation.Ladder.Rung;
import io.lianhu.server.graphql.CoreSchema;
import io.lianhu.server.graphql.Messages;
import io.lianhu.server.message.Wording;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** The reason of an escalation in words: which stage, its limit, when it was over and by how much, and where nobody is to be told. */
final class EscalationWords {

    private static final Messages TEXTS = CoreSchema.texts();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.of("Asia/Shanghai"));

    private EscalationWords() {}

    static Wording message(String number, Rung rung, Instant now) {
        Locale chinese = Locale.SIMPLIFIED_CHINESE;
        Locale english = Locale.ENGLISH;
        return new Wording(
                text("title", chinese, Map.of("number", number, "stage", stage(rung, chinese))),
                text("title", english, Map.of("number", number, "stage", stage(rung, english))),
                text("body", chinese, Map.of("number", number, "reason", reason(rung, now, chinese))),
                text("body", english, Map.of("number", number, "reason", reason(rung, now, english))));
    }

    /** What the history keeps, which is written in the county's own language. */
    static String note(Rung rung, Instant now) {
        Locale chinese = Locale.SIMPLIFIED_CHINESE;
        return text(
                "note",
                chinese,
                Map.of(
                        "level",
                        text("level." + rung.level(), chinese, Map.of()),
                        "reason",
                        reason(rung, now, chinese)));
    }

    static String reason(Rung rung, Instant now, Locale locale) {
        OverdueStage stage = rung.stage();
        return reason(stage, Duration.between(stage.dueAt(), now), rung.from(), rung.level(), locale);
    }

    static String reason(OverdueStage stage, Duration overdue, Level from, Level level, Locale locale) {
        return text(
                "reason",
                locale,
                Map.of(
                        "stage",
                        text("stage." + stage.stage(), locale, Map.of()),
                        "limit",
                        text("limit." + stage.unit(), locale, Map.of("amount", stage.amount())),
                        "due",
                        TIME.format(stage.dueAt()),
                        "overdue",
                        length(overdue, locale),
                        "vacant",
                        from == level
                                ? ""
                                : text("vacant", locale, Map.of("level", text("level." + from, locale, Map.of())))));
    }

    private static String stage(Rung rung, Locale locale) {
        return text("stage." + rung.stage().stage(), locale, Map.of());
    }

    private static String length(Duration overdue, Locale locale) {
        String unit = overdue.toDays() > 0 ? "days" : overdue.toHours() > 0 ? "hours" : "minutes";
        return text(
                "overdue." + unit,
                locale,
                Map.of("days", overdue.toDays(), "hours", overdue.toHoursPart(), "minutes", overdue.toMinutesPart()));
    }

    private static String text(String key, Locale locale, Map<String, ?> params) {
        return TEXTS.text("escalation." + key, locale, params)
                .orElseThrow(() -> new IllegalArgumentException("There is no text escalation." + key));
    }
}
