package io.lianhu.server.message;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.PageRequest;
import io.lianhu.server.graphql.CoreSchema;
import io.lianhu.server.graphql.Messages;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.Ids;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The words of the core's messages: the usual ones, and those that a county has put in their place (消息模板). A template has the
 * placeholders that its usual words have, and no others; what stands for them is put in as it is, whatever it looks like.
 */
@Singleton
class MessageTemplates {

    private static final Messages USUAL = CoreSchema.texts();
    private static final Pattern BRACE = Pattern.compile("\\{([^{}]*)}|[{}]");

    /** The placeholders of each template, by its name. */
    private static final Map<String, Set<String>> PLACEHOLDERS = placeholders();

    private static final String LATEST =
            "select distinct on (template) template, version, title_zh, title_en, body_zh, body_en, changed_by_name, changed_at"
                    + " from lianhu_core.message_template where template = any ($1) order by template, version desc";

    /** A template as it stands, and who changed it last. */
    public record Template(
            UUID id,
            String template,
            List<String> placeholders,
            String titleZh,
            String titleEn,
            String bodyZh,
            String bodyEn,
            boolean overridden,
            int version,
            @Nullable Instant changedAt,
            @Nullable String changedByName) {}

    /** One change of a template; without texts it went back to the usual words. */
    public record Change(
            UUID id,
            int version,
            boolean reset,
            @Nullable String titleZh,
            @Nullable String titleEn,
            @Nullable String bodyZh,
            @Nullable String bodyEn,
            Instant changedAt,
            String changedByName) {}

    /** Words to be put in place of the usual ones. */
    record Words(String titleZh, String titleEn, String bodyZh, String bodyEn) {}

    private static Map<String, Set<String>> placeholders() {
        Map<String, Set<String>> found = new TreeMap<>();
        Stream.concat(USUAL.chinese().entrySet().stream(), USUAL.english().entrySet().stream())
                .filter(text -> text.getKey().startsWith("message."))
                .forEach(text -> {
                    String key = text.getKey();
                    Set<String> names = found.computeIfAbsent(
                            key.substring("message.".length(), key.lastIndexOf('.')), first -> new TreeSet<>());
                    Matcher braces = BRACE.matcher(text.getValue());
                    while (braces.find()) {
                        names.add(braces.group(1));
                    }
                });
        return found;
    }

    /** The id by which a template is known, the same in every county. */
    static UUID id(String template) {
        return UUID.nameUUIDFromBytes(template.getBytes(StandardCharsets.UTF_8));
    }

    /** The template of that name. */
    static String known(String template) {
        if (!PLACEHOLDERS.containsKey(template)) {
            throw ApiException.notFound("MessageTemplate");
        }
        return template;
    }

    static List<String> names(Set<UUID> ids) {
        return PLACEHOLDERS.keySet().stream()
                .filter(name -> ids.contains(id(name)))
                .toList();
    }

    /** The names of a page of all templates. */
    static List<String> names(PageRequest page) {
        return PLACEHOLDERS.keySet().stream()
                .filter(name -> page.after()
                        .filter(last -> id(name).compareTo(last) >= 0)
                        .isEmpty())
                .sorted((one, other) -> id(other).compareTo(id(one)))
                .limit(page.limit())
                .toList();
    }

    /** The templates of these names, as the county has them now. */
    Uni<List<Template>> load(Collection<String> names) {
        return latest(names).map(rows -> names.stream()
                .map(name -> template(name, rows.get(name)))
                .toList());
    }

    private static Template template(String name, @Nullable Row row) {
        Row own = row == null || row.getString("title_zh") == null ? null : row;
        return new Template(
                id(name),
                name,
                List.copyOf(PLACEHOLDERS.getOrDefault(name, Set.of())),
                own != null ? own.getString("title_zh") : usual(name, "title", Locale.SIMPLIFIED_CHINESE),
                own != null ? own.getString("title_en") : usual(name, "title", Locale.ENGLISH),
                own != null ? own.getString("body_zh") : usual(name, "body", Locale.SIMPLIFIED_CHINESE),
                own != null ? own.getString("body_en") : usual(name, "body", Locale.ENGLISH),
                own != null,
                row == null ? 0 : row.getInteger("version"),
                row == null ? null : row.getOffsetDateTime("changed_at").toInstant(),
                row == null ? null : row.getString("changed_by_name"));
    }

    private static String usual(String template, String part, Locale locale) {
        return USUAL.text("message." + template + "." + part, locale, Map.of()).orElse("");
    }

    private static Uni<Map<String, Row>> latest(Collection<String> templates) {
        return templates.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : Statements.CORE
                        .run(LATEST, (Object) templates.toArray(String[]::new))
                        .map(rows -> {
                            Map<String, Row> byName = new HashMap<>();
                            rows.forEach(row -> byName.put(row.getString("template"), row));
                            return byName;
                        });
    }

    /** What is to be said, in the county's own words where it has some for that. */
    Uni<List<Wording>> worded(List<Wording> wordings) {
        List<String> templates = wordings.stream()
                .flatMap(wording -> wording.origin().stream())
                .map(Wording.Origin::template)
                .distinct()
                .toList();
        return latest(templates).map(rows -> wordings.stream()
                .map(wording -> wording.origin()
                        .map(origin -> worded(wording, origin, rows.get(origin.template())))
                        .orElse(wording))
                .toList());
    }

    private static Wording worded(Wording usual, Wording.Origin origin, @Nullable Row own) {
        return own == null || own.getString("title_zh") == null
                ? usual
                : new Wording(
                        filled(own.getString("title_zh"), origin.params()),
                        filled(own.getString("title_en"), origin.params()),
                        filled(own.getString("body_zh"), origin.params()),
                        filled(own.getString("body_en"), origin.params()));
    }

    private static String filled(String text, Map<String, ?> params) {
        return BRACE.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(Optional.<Object>ofNullable(params.get(found.group(1)))
                        .map(String::valueOf)
                        .orElse("")));
    }

    /**
     * Refuses a text with a placeholder that the template has not, or with a brace that belongs to none.
     *
     * @throws ApiException {@code MESSAGE_TEMPLATE_PLACEHOLDER}
     */
    private static void check(String template, String text) {
        Set<String> known = PLACEHOLDERS.getOrDefault(template, Set.of());
        Matcher braces = BRACE.matcher(text);
        while (braces.find()) {
            if (braces.group(1) == null || !known.contains(braces.group(1))) {
                throw new ApiException(
                        MessageError.MESSAGE_TEMPLATE_PLACEHOLDER,
                        Map.of("placeholder", braces.group(), "known", String.join(", ", known)));
            }
        }
    }

    /** Puts the county's own words in place of the usual ones, from the next message on. */
    Uni<UUID> save(String template, Words words, Optional<Integer> seen, Actor actor) {
        Stream.of(words.titleZh(), words.titleEn(), words.bodyZh(), words.bodyEn())
                .forEach(text -> check(template, text));
        return change(template, Optional.of(words), seen, actor);
    }

    /** Goes back to the usual words. */
    Uni<UUID> reset(String template, Optional<Integer> seen, Actor actor) {
        return change(template, Optional.empty(), seen, actor);
    }

    /** The index decides where two come at once. */
    private static Uni<UUID> change(String template, Optional<Words> words, Optional<Integer> seen, Actor actor) {
        return latest(List.of(template))
                .chain(rows -> {
                    Row row = rows.get(template);
                    int version = row == null ? 0 : row.getInteger("version");
                    if (seen.filter(known -> known != version).isPresent()) {
                        throw ApiException.conflict("MessageTemplate");
                    }
                    return Statements.CORE.run(
                            "insert into lianhu_core.message_template (id, template, version, title_zh, title_en, body_zh, body_en,"
                                    + " changed_by, changed_by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                            Ids.next(),
                            template,
                            version + 1,
                            words.map(Words::titleZh).orElse(null),
                            words.map(Words::titleEn).orElse(null),
                            words.map(Words::bodyZh).orElse(null),
                            words.map(Words::bodyEn).orElse(null),
                            actor.subject(),
                            Person.current().name());
                })
                .replaceWith(id(template));
    }

    /** A page of what was changed, the latest first. */
    Uni<List<Change>> history(String template, PageRequest page) {
        return Statements.CORE
                .run(
                        "select id, version, title_zh, title_en, body_zh, body_en, changed_at, changed_by_name"
                                + " from lianhu_core.message_template where template = $1 and ($2::uuid is null or id < $2)"
                                + " order by id desc limit $3",
                        template,
                        page.after().orElse(null),
                        page.limit())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new Change(
                                row.getUUID(0),
                                row.getInteger(1),
                                row.getString(2) == null,
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getOffsetDateTime(6).toInstant(),
                                row.getString(7)))
                        .toList());
    }
}
