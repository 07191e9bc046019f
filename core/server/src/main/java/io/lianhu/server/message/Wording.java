package io.lianhu.server.message;

import io.lianhu.server.graphql.CoreSchema;
import io.lianhu.server.graphql.Messages;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a message says, in both languages: worded when it is sent, so that it stays as it was said whatever becomes of the template.
 * What is too long ends in an ellipsis.
 *
 * @param origin the core's template, where it is one's, so that a county's own words may take its place when it is sent
 */
public record Wording(String titleZh, String titleEn, String bodyZh, String bodyEn, Optional<Origin> origin) {

    private static final Messages CORE = CoreSchema.texts();
    private static final int TITLE = 120;
    private static final int BODY = 5_000;

    /** A template of the core's, and what is to stand for its placeholders. */
    record Origin(String template, Map<String, ?> params) {}

    /** What is worded elsewhere, in both languages. */
    public Wording(String titleZh, String titleEn, String bodyZh, String bodyEn) {
        this(titleZh, titleEn, bodyZh, bodyEn, Optional.empty());
    }

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

    /** The core's words for a template, or, once it is sent, the county's own. */
    public static Wording core(String template, Map<String, ?> params) {
        Wording usual = of(CORE, template, params);
        return new Wording(
                usual.titleZh,
                usual.titleEn,
                usual.bodyZh,
                usual.bodyEn,
                Optional.of(new Origin(template, Map.copyOf(params))));
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
