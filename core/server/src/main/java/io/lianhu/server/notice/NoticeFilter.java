package io.lianhu.server.notice;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.resident.Grams;
import io.smallrye.mutiny.Uni;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a list of notices is narrowed by: a part of the title, which an index finds, the state, and when they were published. */
final class NoticeFilter {

    private static final int LONGEST = 60;

    private final List<Object> parameters = new ArrayList<>();
    private final StringBuilder conditions = new StringBuilder();
    private final int before;

    private NoticeFilter(int before) {
        this.before = before;
    }

    /**
     * The filter of a call's arguments.
     *
     * @param before how many parameters the statement has before those of the filter
     * @throws ApiException {@code INVALID_INPUT}
     */
    static NoticeFilter of(Call call, int before) {
        NoticeFilter filter = new NoticeFilter(before);
        call.argument("title", String.class).ifPresent(filter::title);
        call.argument("state", NoticeState.class).ifPresent(state -> filter.and("n.state = ", state.name()));
        Optional<OffsetDateTime> from = call.argument("publishedFrom", OffsetDateTime.class);
        Optional<OffsetDateTime> until = call.argument("publishedUntil", OffsetDateTime.class);
        if (from.isPresent() && until.isPresent() && from.get().isAfter(until.get())) {
            throw ApiException.invalid("publishedFrom");
        }
        from.ifPresent(time -> filter.and("n.published_at >= ", utc(time)));
        until.ifPresent(time -> filter.and("n.published_at < ", utc(time)));
        return filter;
    }

    private static OffsetDateTime utc(OffsetDateTime time) {
        return time.withOffsetSameInstant(ZoneOffset.UTC);
    }

    private void title(String given) {
        String part = Grams.normalised(given);
        if (part.isEmpty() || part.codePointCount(0, part.length()) > LONGEST) {
            throw ApiException.invalid("title");
        }
        for (String gram : Grams.ofName(part)) {
            conditions
                    .append(" and exists (select 1 from lianhu_core.notice_gram g where g.tenant_id = n.tenant_id")
                    .append(" and g.notice_id = n.id and g.gram = ")
                    .append(put(gram))
                    .append(')');
        }
        conditions.append(" and position(").append(put(part)).append(" in ").append(Grams.normal("n.title"));
        conditions.append(") > 0");
    }

    private void and(String condition, Object value) {
        conditions.append(" and ").append(condition).append(put(value));
    }

    private String put(Object value) {
        parameters.add(value);
        return "$" + (before + parameters.size());
    }

    /** More conditions on the notice {@code n}, each after an {@code and}. */
    String conditions() {
        return conditions.toString();
    }

    /** What the statement's parameters are together with those that come before. */
    @Nullable
    Object[] after(@Nullable Object... first) {
        List<@Nullable Object> all = new ArrayList<>(Arrays.asList(first));
        all.addAll(parameters);
        return all.toArray();
    }

    /** Makes a notice findable by its title, which never changes. */
    static Uni<Void> put(UUID notice) {
        return Statements.CORE
                .run(
                        "insert into lianhu_core.notice_gram (gram, notice_id) select distinct 'n' || substr(t.text, i, t.size), t.id"
                                + " from (select n.id, " + Grams.normal("n.title")
                                + " as text, size from lianhu_core.notice n,"
                                + " generate_series(1, 2) size where n.id = $1) t"
                                + " cross join lateral generate_series(1, length(t.text) - t.size + 1) i",
                        notice)
                .replaceWithVoid();
    }
}
