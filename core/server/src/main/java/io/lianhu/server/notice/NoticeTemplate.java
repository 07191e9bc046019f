package io.lianhu.server.notice;

import io.lianhu.sdk.ApiException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What notices are begun from (公告模板).
 *
 * @param title with blanks, as in <code>{地点}</code>, to be filled in by whoever writes a notice
 * @param body as the title
 */
public record NoticeTemplate(
        UUID id,
        String name,
        String title,
        String body,
        boolean mustConfirm,
        String savedByName,
        Instant savedAt,
        int version,
        boolean removed) {

    private static final Pattern BRACE = Pattern.compile("\\{([^{}]{1,20})}|[{}]");

    /** The names of what is to be filled in. */
    public List<String> blanks() {
        Set<String> names = new TreeSet<>();
        for (String text : List.of(title, body)) {
            Matcher braces = BRACE.matcher(text);
            while (braces.find()) {
                names.add(braces.group(1));
            }
        }
        return List.copyOf(names);
    }

    /**
     * Refuses a text with a brace that belongs to no blank.
     *
     * @throws ApiException {@code NOTICE_TEMPLATE_BLANK}
     */
    static String checked(String text) {
        Matcher braces = BRACE.matcher(text);
        while (braces.find()) {
            if (braces.group(1) == null) {
                throw blank(braces.group());
            }
        }
        return text;
    }

    /**
     * The template with its blanks filled in; what is filled in is put there as it is.
     *
     * @throws ApiException {@code NOTICE_TEMPLATE_BLANK} where one is missing, or is none of the template's
     */
    NoticeTemplate filled(Map<String, String> values) {
        Set<String> known = new HashSet<>(blanks());
        values.keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw blank(name);
                });
        known.stream()
                .filter(name -> !values.containsKey(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw blank(name);
                });
        return new NoticeTemplate(
                id, name, fill(title, values), fill(body, values), mustConfirm, savedByName, savedAt, version, removed);
    }

    private static String fill(String text, Map<String, String> values) {
        return BRACE.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), "")));
    }

    private static ApiException blank(String name) {
        return new ApiException(NoticeError.NOTICE_TEMPLATE_BLANK, Map.of("blank", name));
    }
}
