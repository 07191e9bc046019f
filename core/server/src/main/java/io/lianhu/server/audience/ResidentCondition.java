package io.lianhu.server.audience;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes criteria as a condition of SQL on the residents' table {@code r}; what is given stands in parameters, never in the text. */
final class ResidentCondition {

    private final List<Object> parameters = new ArrayList<>();
    private final Map<UUID, Tag> tags;
    private final LocalDate today;

    /**
     * A condition to be.
     *
     * @param tags those that the criteria name, as far as they are in use
     * @param today in China
     */
    ResidentCondition(Map<UUID, Tag> tags, LocalDate today) {
        this.tags = tags;
        this.today = today;
    }

    /** What the placeholders of the texts stand for, in their order. */
    Object[] parameters() {
        return parameters.toArray();
    }

    /** A placeholder for one more value. */
    String put(Object value) {
        parameters.add(value);
        return "$" + parameters.size();
    }

    /** An approved resident at home in one of the divisions. */
    String livesIn(List<DivisionCode> divisions) {
        if (divisions.isEmpty()) {
            return "false";
        }
        return "(r.state = 'APPROVED' and ("
                + String.join(
                        " or ",
                        divisions.stream()
                                .map(division -> "r.division_code >= " + put(division.value())
                                        + " and r.division_code < " + put(division.end()))
                                .toList())
                + "))";
    }

    String of(Criteria criteria) {
        List<String> parts = new ArrayList<>();
        criteria.all().forEach(one -> parts.add(of(one)));
        if (!criteria.any().isEmpty()) {
            parts.add("("
                    + String.join(" or ", criteria.any().stream().map(this::of).toList()) + ")");
        }
        criteria.none().forEach(one -> parts.add("not " + of(one)));
        return parts.isEmpty() ? "true" : "(" + String.join(" and ", parts) + ")";
    }

    /** Never null, so that what is unknown of a person is not so, and its opposite is. */
    private String of(Criterion criterion) {
        if (criterion.tagId().isPresent()) {
            return bears(criterion.tagId().get().of("Tag"));
        }
        if (criterion.residence().isPresent()) {
            return "(r.residence is not distinct from "
                    + put(criterion.residence().get()) + ")";
        }
        if (criterion.sex().isPresent()) {
            return "(r.sex is not distinct from " + put(criterion.sex().get()) + ")";
        }
        if (criterion.livesAlone().isPresent()) {
            String others = "exists (select 1 from lianhu_core.resident o where o.tenant_id = r.tenant_id"
                    + " and o.household_id = r.household_id and o.state = 'APPROVED' and o.id <> r.id)";
            return criterion.livesAlone().get() ? "(not " + others + ")" : "(" + others + ")";
        }
        return age(criterion);
    }

    private String age(Criterion criterion) {
        List<String> bounds = new ArrayList<>();
        bounds.add("r.birth_date is not null");
        criterion.ageFrom().ifPresent(age -> bounds.add("r.birth_date <= " + put(today.minusYears(age))));
        criterion.ageTo().ifPresent(age -> bounds.add("r.birth_date > " + put(today.minusYears(age + 1L))));
        return "(" + String.join(" and ", bounds) + ")";
    }

    private String bears(UUID id) {
        Tag tag = tags.get(id);
        if (tag == null) {
            throw ApiException.notFound("Tag");
        }
        return tag.rule()
                .map(this::of)
                .orElseGet(() -> "(exists (select 1 from lianhu_core.resident_tag t where t.tenant_id = r.tenant_id"
                        + " and t.resident_id = r.id and t.tag_id = " + put(id) + "))");
    }
}
