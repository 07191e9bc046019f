package io.lianhu.server.casework;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.signal.CountyCache;
import io.lianhu.server.signal.CountyCache.Versioned;
import io.lianhu.server.signal.Signals;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/** The case classes (事件分类) of each county: the baseline, with what the county has changed. */
@Singleton
public class CaseClasses {

    /** With how many changes there are: none where there is no row. */
    private static final String LATEST = "select (select count(*) from CaseClassChange), c from CaseClassChange c"
            + " where c.version = (select max(o.version) from CaseClassChange o where o.classCode = c.classCode)";

    private final CoreStore store;
    private final Map<String, CaseClass> baseline = CaseClassBaseline.read();
    private final CountyCache<Map<String, CaseClass>> counties;

    CaseClasses(CoreStore store, Signals signals) {
        this.store = store;
        this.counties = new CountyCache<>(signals, "case-classes", this::read);
        counties.listen();
    }

    private Uni<Versioned<Map<String, CaseClass>>> read() {
        return store.session(session ->
                        session.createSelectionQuery(LATEST, Object[].class).getResultList())
                .map(rows -> {
                    Map<String, CaseClass> byCode = new LinkedHashMap<>(baseline);
                    rows.forEach(row -> {
                        CaseClassChange change = (CaseClassChange) row[1];
                        byCode.computeIfPresent(change.getClassCode(), (code, one) -> one.changed(change));
                    });
                    return new Versioned<>(rows.isEmpty() ? 0 : (long) rows.get(0)[0], byCode);
                });
    }

    /** To be waited for before a class is changed. */
    Uni<Void> lock() {
        return counties.lock();
    }

    /** Says that the running transaction has changed a class. */
    Uni<Void> changed() {
        return Statements.CORE
                .run("select count(*) from lianhu_core.case_class_change")
                .invoke(rows -> counties.changing(rows.iterator().next().getLong(0)))
                .replaceWithVoid();
    }

    /**
     * The class for a new case.
     *
     * @return fails with {@code CASE_CLASS_UNKNOWN}, or {@code CASE_CLASS_DISABLED}
     */
    Uni<CaseClass> require(String code) {
        requireKnown(code);
        return counties.own().map(byCode -> {
            CaseClass found = of(byCode, code);
            if (!found.enabled()) {
                throw new ApiException(CaseError.CASE_CLASS_DISABLED, Map.of("code", code));
            }
            return found;
        });
    }

    /**
     * Refuses a code that the baseline does not know.
     *
     * @throws ApiException {@code CASE_CLASS_UNKNOWN}
     */
    public void requireKnown(String code) {
        if (!baseline.containsKey(code)) {
            throw new ApiException(CaseError.CASE_CLASS_UNKNOWN, Map.of("code", code));
        }
    }

    /** Whether it is the code of a class or of a broad class. */
    boolean isKnownOrGroup(String code) {
        return baseline.containsKey(code)
                || baseline.values().stream().anyMatch(one -> one.group().code().equals(code));
    }

    /** The county's classes by code, in the order of the baseline. */
    public Uni<Map<String, CaseClass>> all() {
        return counties.own();
    }

    /** The class of a code that a case bears, whether it can be reported or not. */
    public Uni<CaseClass> of(String code) {
        return counties.own().map(byCode -> of(byCode, code));
    }

    /** The class of a code that a case bears: no code is ever taken out of the baseline. */
    public static CaseClass of(Map<String, CaseClass> byCode, String code) {
        CaseClass found = byCode.get(code);
        if (found == null) {
            throw new IllegalStateException("Not in the baseline of case classes: " + code);
        }
        return found;
    }
}
