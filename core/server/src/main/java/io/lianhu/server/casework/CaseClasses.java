package io.lianhu.server.casework;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.lianhu.sdk.ApiException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The baseline of case classes (事件分类), shared by all counties. */
@Singleton
class CaseClasses {

    private final Map<String, Entry> byCode = new LinkedHashMap<>();

    private record Baseline(int version, List<Entry> classes) {}

    private record Entry(String code, @JsonProperty("zh-CN") String chinese, @JsonProperty("en") String english) {}

    /** A class as a caller sees it. */
    public record CaseClass(String code, String name) {}

    CaseClasses() {
        try (InputStream in = CaseClasses.class.getResourceAsStream("/case-classes.yaml")) {
            new YAMLMapper().readValue(in, Baseline.class).classes().forEach(entry -> byCode.put(entry.code(), entry));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Refuses a code that the baseline does not know.
     *
     * @throws ApiException {@code CASE_CLASS_UNKNOWN}
     */
    void require(String code) {
        if (!byCode.containsKey(code)) {
            throw new ApiException(CaseError.CASE_CLASS_UNKNOWN, Map.of("code", code));
        }
    }

    CaseClass of(String code, Locale locale) {
        Entry entry = byCode.get(code);
        return entry == null
                ? new CaseClass(code, code) // a class that a later baseline dropped still stands in old cases
                : new CaseClass(code, locale.getLanguage().equals("en") ? entry.english() : entry.chinese());
    }

    List<CaseClass> all(Locale locale) {
        return byCode.keySet().stream().map(code -> of(code, locale)).toList();
    }
}
