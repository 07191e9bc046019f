package io.lianhu.server.message;

import io.lianhu.server.graphql.CoreSchema;
import io.lianhu.server.graphql.Messages;
import java.util.Locale;
import java.util.Map;

/**
 * What a message says, in both languages: worded when it is sent, so that it stays as it was said whatever becomes of the template.
 * What is too long ends in an ellipsis.
 */
public record Wording(String titleZh, String titleEn, String bodyZh, String bodyEn) {

    private static final Messages CORE = CoreSchema.texts();
    private static final int TITLE = 120;
    private static final int BODY = 5_000;

    public Wording {
        titleZh = cut(titleZh, TITLE);
        titleEn = cut(titleEn, TITLE);
        bodyZh = cut(bodyZh, BODY);
        bodyEn = cut(bodyEn, BODY);
    }

    /** What somebody wrote, in whatever language. */
    public static Wording free(String title, String body) {
        return new Wording(title, title, body, body);
    }

    /** The core's own words for a template. */
    public static Wording core(String template, Map<String, ?> params) {
        return of(CORE, template, params);
    }

    /**
     * The words of {@code message.<template>.title} and {@code message.<template>.body}.
     *
     * @throws IllegalArgumentException where either is missing
     */
    static Wording of(Messages texts, String template, Map<String, ?> params) {
        return new Wording(
                text(texts, template, "title", Locale.SIMPLIFIED_CHINESE, params),
                text(texts, template, "title", Locale.ENGLISH, params),
                text(texts, template, "body", Locale.SIMPLIFIED_CHINESE, params),
                text(texts, template, "body", Locale.ENGLISH, params));
    }

    private static String text(Messages texts, String template, String part, Locale locale, Map<String, ?> params) {
        String key = "message." + template + "." + part;
        return texts.text(key, locale, params)
                .orElseThrow(() -> new IllegalArgumentException("There is no text " + key));
    }

    private static String cut(String text, int most) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }
}
